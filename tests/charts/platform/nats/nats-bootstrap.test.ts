import { BOOTSTRAP } from '../../../../workloads/protocol/names';
import { find, lab, labProps } from '../../support/lab';

interface DeploymentSpec {
  readonly template: { readonly metadata: { readonly annotations: Record<string, string> } };
}

const deployment = (...options: Parameters<typeof lab>) =>
  find(lab(...options), 'Deployment', BOOTSTRAP.deployment);
const annotationsOf = (...options: Parameters<typeof lab>) =>
  (deployment(...options).spec as DeploymentSpec).template.metadata.annotations;

test('reconciles the streams from the worker image and says what it provides', () => {
  expect(deployment()).toMatchObject({
    metadata: { annotations: { 'autoscaling-lab/provides-consumer': 'MEMES/meme-generator' } },
    spec: {
      replicas: 1,
      template: {
        spec: {
          containers: [
            {
              image: labProps().images.services.worker,
              command: ['node', '/app/bootstrap.cjs'],
              env: expect.arrayContaining([{ name: 'NATS_REPLICAS', value: '1' }]),
              // what depends on it waits until the streams match the desired state
              readinessProbe: { httpGet: { path: '/readyz', port: 9090 } },
            },
          ],
        },
      },
    },
  });
});

test('two of it never run at a time: an old and a new one would undo each other', () => {
  expect(deployment()).toMatchObject({ spec: { strategy: { type: 'Recreate' } } });
});

test('its pods carry a hash of the desired state, so that a preview shows a change', () => {
  expect(annotationsOf()['autoscaling-lab/desired-streams']).toMatch(/^[0-9a-f]{10}$/);
});

test('another number of the secrets is another pod, because it reads them at its start', () => {
  expect(annotationsOf({ secretRotation: 2 })).not.toEqual(annotationsOf({ secretRotation: 1 }));
});
