import { Redis } from 'ioredis';
import { ObserverMetrics } from '../../../workloads/observer/metrics';
import { RedisMetrics } from '../../../workloads/observer/redis-metrics';
import { eventually } from '../../support/meme-lab';
import { labStateOf } from '../../support/lab-states';
import { RedisServer } from '../../support/redis-server';

let redis: RedisServer;
let client: Redis;

beforeAll(async () => {
  redis = await RedisServer.start();
  client = new Redis(redis.url);
});

afterAll(async () => {
  client.disconnect();
  await redis.remove();
});

const valueOf = (text: string, name: string) =>
  Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);

test('scrapes at the same time take a counter of Redis over, and do not add it up', async () => {
  for (let key = 0; key < 10; key++) await client.get(`none-${key}`);
  const { registry } = new ObserverMetrics(() => labStateOf());
  const metrics = new RedisMetrics(registry, redis.url);
  registry.addSource(() => metrics.refresh());
  metrics.start();
  await eventually('connection to Redis', 10_000, async () => {
    return valueOf(await registry.metrics(), 'redis_up') === 1;
  });

  const scrapes = await Promise.all([1, 2, 3].map(() => registry.metrics()));
  const later = await registry.metrics();
  metrics.close();

  const misses = [...scrapes, later].map((text) => valueOf(text, 'redis_keyspace_misses_total'));
  expect(misses).toEqual([10, 10, 10, 10]);
});
