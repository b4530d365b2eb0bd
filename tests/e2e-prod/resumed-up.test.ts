import { type KillPlace, upKilledAt } from '../e2e/support/killed-up';
import { Lab } from '../e2e/support/lab';
import { labCommand } from '../e2e/support/lab-command';
import { printMeasurements } from '../e2e/support/measurements';
import { knownObjects, ownedObjects } from '../e2e/support/owned-objects';

/** In the order in which an `up` from nothing comes to them. */
const BEFORE_DESTROY: readonly KillPlace[] = [
  { during: 'kubeadm', said: /✓ loading images into the node/, afterMs: 3_000 },
  { during: 'the creation of the namespaces', said: /:Namespace \S+ created/ },
  {
    during: "the creation of the operators' definitions",
    said: /:CustomResourceDefinition \S+ creating/,
    afterMs: 500,
  },
  { during: 'the build of an image', said: /building \S+ with/ },
  // the last one before the destroy, which is to keep the volume that this pod has by then
  {
    during: 'the wait for a StatefulSet',
    said: /:StatefulSet autoscaling-lab-Nats-StatefulSet (creating|updating) .*containers are starting/,
  },
];

const AFTER_DESTROY: KillPlace = {
  during: 'the creation of the ScaledObject',
  said: /:ScaledObject \S+ creating/,
  afterMs: 200,
};

const CLAIM = { namespace: 'messaging', name: 'data-nats-0' };

test('up goes on after being killed anywhere; down works half way, and keeps volumes', async () => {
  const rows: [string, string][] = [];
  const kill = async (place: KillPlace) => {
    const { output, seconds } = await upKilledAt(place);
    rows.push([`up, killed during ${place.during}`, `${seconds} s`]);
    expect(output).not.toMatch(/\berror:/);
  };
  await labCommand('down');

  for (const place of BEFORE_DESTROY) await kill(place);
  expect(await ownedObjects()).not.toEqual([]);

  const down = await labCommand('down', '--keep-cluster', '--keep-volumes');

  expect({ exitCode: down.exitCode, output: down.output }).toMatchObject({ exitCode: 0 });
  expect(await ownedObjects()).toEqual([]);
  rows.push(['down of what is half there', `${down.seconds} s`]);
  const kept = /kept: PersistentVolume "(\S+)" \(\S+, claim messaging\/data-nats-0\)/;
  expect(down.output).toMatch(kept);

  await kill(AFTER_DESTROY);
  const up = await labCommand('up');

  expect(up).toMatchObject({ exitCode: 0 });
  expect(up.output).toContain('an earlier deployment was killed');
  rows.push(['up that finishes', `${up.seconds} s`]);
  const lab = await Lab.open();
  try {
    const id = await lab.request(`a cat with six lives left, ${Date.now()}`);
    await lab.answers.forAll([id], 120);
    expect(lab.answers.arrivals.find((arrival) => arrival.id === id)?.response).toBeDefined();
    const claim = await lab.core.readNamespacedPersistentVolumeClaim(CLAIM);
    expect(claim.spec?.volumeName).toBe(kept.exec(down.output)?.[1]);
  } finally {
    await lab.close();
  }
  expect(await ownedObjects()).toEqual(await knownObjects());
  const preview = await labCommand('preview');
  expect(preview).toMatchObject({ exitCode: 0 });
  expect(preview.output).not.toMatch(/to (create|update|replace|delete)/);
  printMeasurements('An up that is killed and run again', rows);
}, 1_500_000);
