import { find, lab } from './support/lab';

interface RedisContainer {
  readonly args: string[];
  readonly resources: { readonly limits: { readonly memory: string } };
}

function container(): RedisContainer {
  const { spec } = find(lab(), 'StatefulSet', 'redis');
  const { template } = spec as { template: { spec: { containers: [RedisContainer] } } };
  return template.spec.containers[0];
}

const option = (name: string) => container().args[container().args.indexOf(name) + 1];

test('evicts below its memory limit, and what is least recently used', () => {
  const limit = Number(/^(\d+)Mi$/.exec(container().resources.limits.memory)?.[1]);
  const maxMemory = Number(/^(\d+)mb$/.exec(option('--maxmemory'))?.[1]);

  expect(maxMemory).toBeLessThan(limit);
  expect(option('--maxmemory-policy')).toBe('allkeys-lru');
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
