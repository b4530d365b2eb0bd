import { readLocalConfig } from '../../../local/config';
import { checkPortsFree } from '../../../local/node/published-ports';
import { Lab } from '../support/lab';
import { labCommand } from '../support/lab-command';
import { Leftovers, namespacesOf } from '../support/leftovers';
import { printMeasurements } from '../support/measurements';

const config = readLocalConfig(process.env);

test('an unchanged preview shows no change', async () => {
  const { exitCode, output, seconds } = await labCommand('preview');

  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  expect(output).toMatch(/\d+ unchanged/);
  expect(output).not.toMatch(/to (create|update|replace|delete)/);
  printMeasurements('Preview without a change', [['whole command', `${seconds} s`, '20 s']]);
}, 300_000);

test('a second up changes nothing', async () => {
  const { exitCode, output, seconds } = await labCommand('up');

  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  expect(output).toMatch(/\d+ unchanged/);
  expect(output).not.toMatch(/\d+ (created|updated|replaced|deleted)/);
  printMeasurements('Up without a change', [['whole command', `${seconds} s`]]);
}, 300_000);

test('down leaves nothing behind, and up works again', async () => {
  const leftovers = await Leftovers.of(config);
  expect(leftovers.namespaces).toHaveLength(6);
  const own = await namespacesOf(process.pid);
  expect(leftovers.namespaces.filter((name) => own.includes(name))).toEqual([]);

  const down = await labCommand('down');

  expect(down).toMatchObject({ exitCode: 0 });
  // the cluster goes in any case; destroy has to have worked before
  expect(down.output).not.toContain('and everything still on it');
  await expect(leftovers.find()).resolves.toEqual([]);
  await expect(checkPortsFree(config.ports)).resolves.toBeUndefined();

  const up = await labCommand('up');

  expect(up).toMatchObject({ exitCode: 0 });
  const lab = await Lab.open();
  try {
    const id = await lab.request(`a cat on its second cluster, ${Date.now()}`);
    await lab.answers.forAll([id], 120);
    expect(lab.answers.arrivals.find((arrival) => arrival.id === id)?.response).toBeDefined();
  } finally {
    await lab.close();
  }
  printMeasurements('Down and up again, everything built', [
    ['down', `${down.seconds} s`],
    ['up', `${up.seconds} s`, '180 s'],
  ]);
}, 900_000);
