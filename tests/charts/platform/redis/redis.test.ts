import { find, lab } from '../../support/lab';

interface RedisContainer {
  readonly env: readonly object[];
  readonly args: string[];
  readonly resources: Readonly<Record<'requests' | 'limits', Record<'cpu' | 'memory', string>>>;
}

function container(): RedisContainer {
  const { spec } = find(lab(), 'StatefulSet', 'redis');
  const { template } = spec as { template: { spec: { containers: [RedisContainer] } } };
  return template.spec.containers[0];
}

const option = (name: string) => container().args[container().args.indexOf(name) + 1];

test('evicts what is least recently used', () => {
  expect(option('--maxmemory-policy')).toBe('allkeys-lru');
});

test('requests less than its limits, so that a resize keeps the class of the pod', () => {
  const { requests, limits } = container().resources;

  expect(Number.parseInt(requests.memory)).toBeLessThan(Number.parseInt(limits.memory));
  expect(Number.parseInt(requests.cpu)).toBeLessThan(Number.parseInt(limits.cpu));
});

test('keeps nothing over a restart', () => {
  expect(option('--save')).toBe('');
  expect(option('--appendonly')).toBe('no');
  expect(find(lab(), 'StatefulSet', 'redis')).not.toHaveProperty('spec.volumeClaimTemplates');
});

test('keeps its data on a volume where it has one', () => {
  const { spec } = find(lab({ redisStorage: '1Gi' }), 'StatefulSet', 'redis');

  expect(spec).toMatchObject({
    volumeClaimTemplates: [{ spec: { resources: { requests: { storage: '1Gi' } } } }],
    template: { spec: { containers: [{ volumeMounts: [{ mountPath: '/data' }] }] } },
  });
  const { template } = spec as { template: { spec: { containers: [RedisContainer] } } };
  const { args } = template.spec.containers[0];
  expect(args.slice(args.indexOf('--appendonly'))).toEqual(
    expect.arrayContaining(['--appendonly', 'yes', '--dir', '/data']),
  );
});

test('server and clients take the password from a Secret', () => {
  const secretKeyRef = { name: 'redis-auth', key: 'REDIS_PASSWORD' };

  expect(container().env).toEqual([{ name: 'REDISCLI_AUTH', valueFrom: { secretKeyRef } }]);
  for (const client of ['worker', 'observer']) {
    const { spec } = find(lab(), 'Deployment', client);
    const { template } = spec as { template: { spec: { containers: [RedisContainer] } } };
    expect(template.spec.containers[0].env).toContainEqual({
      name: 'REDIS_PASSWORD',
      valueFrom: { secretKeyRef },
    });
  }
});

test('is found by its name', () => {
  expect(find(lab(), 'Service', 'redis')).toMatchObject({
    metadata: { namespace: 'cache' },
    spec: { ports: [{ port: 6379 }], selector: { 'app.kubernetes.io/name': 'redis' } },
  });
});
