import { type LabProps } from '../../../../charts/lab-props';
import { find, lab } from '../../support/lab';

interface EnvVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: object;
}

const deployment = (changes: Partial<LabProps> = {}) => find(lab(changes), 'Deployment', 'worker');

function environment(changes: Partial<LabProps> = {}): Record<string, string | object | undefined> {
  const { spec } = deployment(changes);
  const { template } = spec as { template: { spec: { containers: [{ env: EnvVariable[] }] } } };
  return Object.fromEntries(
    template.spec.containers[0].env.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]),
  );
}

const grace = (changes: Partial<LabProps> = {}) =>
  (deployment(changes).spec as { template: { spec: { terminationGracePeriodSeconds: number } } })
    .template.spec.terminationGracePeriodSeconds;

test('has no replicas of its own: the scaler counts them', () => {
  expect(deployment()).not.toHaveProperty('spec.replicas');
});

test('selects by name only, since selectors never change', () => {
  expect(deployment()).toHaveProperty('spec.selector', {
    matchLabels: { 'app.kubernetes.io/name': 'worker' },
  });
  expect(find(lab(), 'Service', 'worker')).toHaveProperty('spec.selector', {
    'app.kubernetes.io/name': 'worker',
  });
});

test('node is process 1 and gets the signals itself', () => {
  expect(deployment()).toMatchObject({
    spec: { template: { spec: { containers: [{ command: ['node', '/app/worker.cjs'] }] } } },
  });
});

test('is told where everything is and who it is', () => {
  expect(environment()).toMatchObject({
    NATS_URL: 'nats://nats.messaging.svc.cluster.local:4222',
    NATS_STREAM: 'MEMES',
    NATS_CONSUMER: 'meme-generator',
    REDIS_URL: 'redis://redis.cache.svc.cluster.local:6379',
    WORKER_CONCURRENCY: '2',
    LOCAL_GENERATOR_SECONDS: '2',
    CACHE_TTL: '3600',
    POD_NAME: { fieldRef: { fieldPath: 'metadata.name' } },
  });
});

test('takes requests from the durable consumer alone, without limits, unless told otherwise', () => {
  expect(environment()).toMatchObject({ ENABLE_CORE_NATS: 'false', RATE_LIMIT_PER_MINUTE: '0' });
  expect(environment()).not.toHaveProperty('DENY_WORDS');
  expect(environment()).not.toHaveProperty('OTEL_EXPORTER_OTLP_ENDPOINT');
  const otlpEndpoint = 'http://collector:4318';
  const own = { rateLimitPerMinute: 30, promptDenyList: 'a, b c', otlpEndpoint };
  const changes = { coreNats: true, ...own };
  expect(environment(changes)).toMatchObject({
    ENABLE_CORE_NATS: 'true',
    CORE_NATS_QUEUE_GROUP: 'meme-generator-core',
    RATE_LIMIT_PER_MINUTE: '30',
    DENY_WORDS: 'a, b c',
    OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint,
  });
});

test('draws the memes itself without a token', () => {
  expect(environment()).toMatchObject({ GENERATOR: 'local' });
  expect(environment()).not.toHaveProperty('HF_API_TOKEN');
});

test('takes the token from the Secret of the given name', () => {
  expect(environment({ tokenSecret: 'meme-generator-secrets' })).toMatchObject({
    GENERATOR: 'huggingface',
    HF_API_TOKEN: { secretKeyRef: { name: 'meme-generator-secrets', key: 'HF_API_TOKEN' } },
  });
});

test('gives longer memes longer to finish, and the pod longer still', () => {
  expect(Number(environment().SHUTDOWN_GRACE_SECONDS)).toBe(20);
  expect(Number(environment({ workerSecondsPerMeme: 60 }).SHUTDOWN_GRACE_SECONDS)).toBe(70);
  expect(grace()).toBe(30);
  expect(grace({ workerSecondsPerMeme: 60 })).toBe(80);
});

test('publishes its metrics', () => {
  expect(find(lab(), 'Service', 'worker')).toMatchObject({
    spec: { ports: [{ name: 'metrics', port: 9090 }] },
  });
});

test.each([
  ['workerConcurrency', 0, 'it must be a whole number from 1 to 100'],
  ['workerConcurrency', 1.5, 'it must be a whole number from 1 to 100'],
  ['workerSecondsPerMeme', -1, 'it must be a number from 0 to 600'],
  ['workerSecondsPerMeme', NaN, 'it must be a number from 0 to 600'],
  ['cacheTtl', -1, 'it must be a whole number from 0 to 2592000'],
  ['rateLimitPerMinute', -1, 'it must be a whole number from 0 to 1000000'],
])('fails when %s is %d', (field, value, allowed) => {
  expect(() => lab({ [field]: value })).toThrow(`"${field}" is ${value}; ${allowed}`);
});
