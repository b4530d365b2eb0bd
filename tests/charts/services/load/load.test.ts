import { find, lab } from '../../support/lab';

const pod = () => {
  const { template, ...spec } = find(lab(), 'Deployment', 'load').spec as {
    replicas: number;
    strategy: object;
    template: { spec: { containers: [{ env: { name: string }[]; resources: object }] } };
  };
  return { spec, container: template.spec.containers[0] };
};

test('one at a time, also during an update: two would take one order twice', () => {
  expect(pod().spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
});

test('asks for little and connects as its own user', () => {
  const { container } = pod();

  expect(container.resources).toMatchObject({ requests: { cpu: '10m', memory: '64Mi' } });
  expect(container.env).toContainEqual({
    name: 'NATS_PASSWORD',
    valueFrom: { secretKeyRef: { name: 'nats-load', key: 'NATS_PASSWORD' } },
  });
  expect(container.env).toContainEqual({
    name: 'FRONTEND_URL',
    value: 'http://frontend.meme-generator.svc.cluster.local:8080',
  });
});
