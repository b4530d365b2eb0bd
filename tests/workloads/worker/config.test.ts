import { readWorkerConfig } from '../../../workloads/worker/config';
import { SettingsError } from '../../../workloads/process/setting';

function faultsOf(argv: string[], env: Record<string, string>): readonly string[] {
  try {
    readWorkerConfig(argv, env);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  throw new Error('no fault was found');
}

test('has the documented defaults', () => {
  expect(readWorkerConfig([], { POD_NAME: 'pod-1' })).toMatchObject({
    natsUrl: 'nats://nats.messaging.svc.cluster.local:4222',
    natsStream: 'MEMES',
    natsConsumer: 'meme-generator',
    requestSubject: 'meme.request',
    responseSubject: 'meme.response',
    redisUrl: 'redis://redis.cache.svc.cluster.local:6379',
    cacheTtlSeconds: 3600,
    metricsAddress: { host: '0.0.0.0', port: 9090 },
    generator: 'local',
    concurrency: 2,
    localGeneratorSeconds: 0,
    shutdownGraceSeconds: 20,
    podName: 'pod-1',
  });
});

test('prefers flags to the environment, and takes an empty variable for an absent one', () => {
  const config = readWorkerConfig(['--concurrency', '3'], {
    WORKER_CONCURRENCY: '7',
    CACHE_TTL: '',
    HF_API_TOKEN: '',
  });
  expect(config.concurrency).toBe(3);
  expect(config.cacheTtlSeconds).toBe(3600);
  expect(config.generator).toBe('local');
});

test('uses the model where a token is set, unless told otherwise', () => {
  expect(readWorkerConfig([], { HF_API_TOKEN: 'hf_x' }).generator).toBe('huggingface');
  expect(readWorkerConfig([], { HF_API_TOKEN: 'hf_x', GENERATOR: 'local' }).generator).toBe(
    'local',
  );
});

test('is frozen', () => {
  expect(Object.isFrozen(readWorkerConfig([], {}))).toBe(true);
});

test('fails with every fault at once, naming the flag or the variable that is wrong', () => {
  expect(
    faultsOf(['--metrics-addr', 'nowhere'], {
      NATS_URL: 'http://nats:4222',
      WORKER_CONCURRENCY: '0',
      CACHE_TTL: '1.5',
      GENERATOR: 'dalle',
      NATS_REQUEST_SUBJECT: 'meme.*',
      LOG_LEVEL: 'loud',
    }),
  ).toEqual([
    '\'NATS_URL\' is "http://nats:4222": must be a URL like nats://host:port; allowed schemes: nats, tls',
    '\'NATS_REQUEST_SUBJECT\' is "meme.*": must be a subject without wildcards or spaces, like meme.request',
    '\'LOG_LEVEL\' is "loud": must be one of debug, info, warn, error',
    '\'CACHE_TTL\' is "1.5": must be a whole number from 0 to 2592000',
    '\'--metrics-addr\' is "nowhere": must be an address like 0.0.0.0:9090',
    '\'GENERATOR\' is "dalle": must be one of local, huggingface',
    '\'WORKER_CONCURRENCY\' is "0": must be a whole number from 1 to 100',
  ]);
});

test('fails where the model is asked for without a token', () => {
  expect(faultsOf([], { GENERATOR: 'huggingface' })).toEqual([
    "'GENERATOR' is \"huggingface\": set 'HF_API_TOKEN' too, or use GENERATOR=local",
  ]);
});
