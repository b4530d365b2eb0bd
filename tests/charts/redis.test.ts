import { find, lab } from './support/lab';

interface RedisContainer {
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

test('is found by its name', () => {
  expect(find(lab(), 'Service', 'redis')).toMatchObject({
    metadata: { namespace: 'cache' },
    spec: { ports: [{ port: 6379 }], selector: { 'app.kubernetes.io/name': 'redis' } },
  });
});
