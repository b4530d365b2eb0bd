import { find, lab, labProps } from '../../support/lab';

const JOB = /^bootstrap-[0-9a-f]{10}$/;

test('runs the bootstrap from the worker image and says what it provides', () => {
  expect(find(lab(), 'Job', JOB)).toMatchObject({
    metadata: { annotations: { 'autoscaling-lab/provides-consumer': 'MEMES/meme-generator' } },
    spec: {
      template: {
        spec: {
          restartPolicy: 'Never',
          containers: [
            { image: labProps().images.services.worker, command: ['node', '/app/bootstrap.cjs'] },
          ],
        },
      },
    },
  });
});

test('another image is another Job, the same image the same', () => {
  const nameFor = (worker: string) =>
    find(
      lab({
        images: { ...labProps().images, services: { ...labProps().images.services, worker } },
      }),
      'Job',
      JOB,
    ).metadata.name;

  expect(nameFor('worker:2.0.0')).toBe(nameFor('worker:2.0.0'));
  expect(nameFor('worker:2.0.1')).not.toBe(nameFor('worker:2.0.0'));
});

test('another number of the secrets is another Job, because it reads them at its start', () => {
  const nameFor = (secretRotation: number) =>
    find(lab({ secretRotation }), 'Job', JOB).metadata.name;

  expect(nameFor(2)).not.toBe(nameFor(1));
});

test('stays after it is done, or every update would run it again', () => {
  expect(find(lab(), 'Job', JOB)).not.toHaveProperty('spec.ttlSecondsAfterFinished');
});
