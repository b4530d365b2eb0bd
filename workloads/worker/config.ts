import { hostname } from 'node:os';
import { Command } from 'commander';
import { CONSUMER, MEMES_STREAM } from '../protocol/streams';
import { CORE_QUEUE_GROUP, SUBJECTS } from '../protocol/subjects';
import { NATS, REDIS, WORKER } from '../protocol/names';
import { listenAddress, type ListenAddress } from '../process/listen-address';
import { OTLP_ENDPOINT_SETTING } from '../process/tracing';
import { DEFAULT_DENY_WORDS, denyWords } from './moderation';
import {
  flag,
  number,
  oneOf,
  readSettings,
  streamName,
  subject,
  text,
  url,
  wholeNumber,
  type Setting,
} from '../process/setting';

/** Where the requests are and where the answers go; the worker and the bootstrap share these. */
export const NATS_SETTINGS = {
  natsUrl: {
    flag: '--nats-url',
    env: 'NATS_URL',
    description: 'NATS server',
    default: NATS.url,
    parse: url('nats', 'tls'),
  },
  natsStream: {
    flag: '--nats-stream',
    env: 'NATS_STREAM',
    description: 'stream that holds the requests',
    default: MEMES_STREAM.name,
    parse: streamName,
  },
  natsConsumer: {
    flag: '--nats-consumer',
    env: 'NATS_CONSUMER',
    description: 'durable pull consumer that all workers share',
    default: CONSUMER.durable,
    parse: streamName,
  },
  requestSubject: {
    flag: '--request-subject',
    env: 'NATS_REQUEST_SUBJECT',
    description: 'subject of the requests',
    default: SUBJECTS.request,
    parse: subject,
  },
  responseSubject: {
    flag: '--response-subject',
    env: 'NATS_RESPONSE_SUBJECT',
    description: 'subject of the answers; failures go to the same subject with .error appended',
    default: SUBJECTS.response,
    parse: subject,
  },
  logLevel: {
    flag: '--log-level',
    env: 'LOG_LEVEL',
    description: 'debug, info, warn or error',
    default: 'info',
    parse: oneOf('debug', 'info', 'warn', 'error'),
  },
} satisfies Record<string, Setting<unknown>>;

const WORKER_SETTINGS = {
  ...NATS_SETTINGS,
  redisUrl: {
    flag: '--redis-url',
    env: 'REDIS_URL',
    description: 'Redis for the cache and for claims on requests',
    default: REDIS.url,
    parse: url('redis', 'rediss'),
  },
  redisPassword: {
    flag: '--redis-password',
    env: REDIS.passwordKey,
    description: 'password of Redis, where it asks for one',
    secret: true,
    parse: text,
  },
  hfApiToken: {
    flag: '--hf-api-token',
    env: WORKER.secretTokenKey,
    description: 'Hugging Face token; without one the local generator draws the memes',
    secret: true,
    parse: text,
  },
  hfApiUrl: {
    flag: '--hf-api-url',
    env: 'HF_API_URL',
    description: 'Hugging Face model used unless a request asks for fast_mode or small_image',
    default: 'https://router.huggingface.co/hf-inference/models/black-forest-labs/FLUX.1-schnell',
    parse: url('https', 'http'),
  },
  cacheTtlSeconds: {
    flag: '--cache-ttl',
    env: 'CACHE_TTL',
    description: 'seconds a picture stays in the cache, 0 turns the cache off',
    default: '3600',
    parse: wholeNumber(0, 30 * 24 * 3600),
  },
  metricsAddress: {
    flag: '--metrics-addr',
    env: 'METRICS_ADDR',
    description: 'listen address of /metrics, /healthz and /readyz',
    default: `0.0.0.0:${WORKER.metricsPort}`,
    parse: listenAddress,
  },
  generator: {
    flag: '--generator',
    env: 'GENERATOR',
    description: 'local or huggingface; default: huggingface where a token is set, else local',
    parse: oneOf('local', 'huggingface'),
  },
  concurrency: {
    flag: '--concurrency',
    env: 'WORKER_CONCURRENCY',
    description: 'requests worked on at the same time, and never more are pulled',
    default: '2',
    parse: wholeNumber(1, 100),
  },
  maxDeliveries: {
    flag: '--max-deliveries',
    env: 'MAX_DELIVERIES',
    description: 'attempts at one request; after that it is answered with an error and kept',
    default: '5',
    parse: wholeNumber(1, 1000),
  },
  localGeneratorSeconds: {
    flag: '--local-generator-seconds',
    env: 'LOCAL_GENERATOR_SECONDS',
    description: 'least time the local generator takes for one meme, like a remote model would',
    default: '0',
    parse: number(0, 600),
  },
  shutdownGraceSeconds: {
    flag: '--shutdown-grace-seconds',
    env: 'SHUTDOWN_GRACE_SECONDS',
    description: 'time to finish or give back the requests in work after SIGTERM',
    default: '20',
    parse: number(1, 3600),
  },
  enableCoreNats: {
    flag: '--enable-core-nats',
    env: 'ENABLE_CORE_NATS',
    description:
      'true or false: also take requests straight from their publishers; measured, that is no faster',
    default: 'false',
    parse: flag,
  },
  coreNatsQueueGroup: {
    flag: '--core-nats-queue-group',
    env: 'CORE_NATS_QUEUE_GROUP',
    description: 'queue group of that: one worker of the group gets each request',
    default: CORE_QUEUE_GROUP,
    parse: subject,
  },
  rateLimitPerMinute: {
    flag: '--rate-limit-per-minute',
    env: 'RATE_LIMIT_PER_MINUTE',
    description: 'requests per minute and client_id over all workers, 0 for no limit',
    default: '0',
    parse: wholeNumber(0, 1_000_000),
  },
  denyWords: {
    flag: '--deny-words',
    env: 'DENY_WORDS',
    description: 'words or phrases, separated by commas, that no prompt may hold, or none',
    default: DEFAULT_DENY_WORDS.join(','),
    parse: denyWords,
  },
  hfTimeoutSeconds: {
    flag: '--hf-timeout-seconds',
    env: 'HF_TIMEOUT_SECONDS',
    description: 'time for one picture at Hugging Face; the request is held meanwhile',
    default: '60',
    parse: number(0.1, 600),
  },
  otlpEndpoint: OTLP_ENDPOINT_SETTING,
  podName: {
    flag: '--pod-name',
    env: 'POD_NAME',
    description: 'name put into every answer; default: the host name',
    parse: text,
  },
} satisfies Record<string, Setting<unknown>>;

/** Everything the worker is told from outside; frozen. */
export interface WorkerConfig {
  readonly natsUrl: string;
  readonly natsStream: string;
  readonly natsConsumer: string;
  readonly requestSubject: string;
  readonly responseSubject: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly redisUrl: string;
  readonly redisPassword?: string;
  readonly hfApiToken?: string;
  readonly hfApiUrl: string;
  readonly cacheTtlSeconds: number;
  readonly metricsAddress: ListenAddress;
  readonly generator: 'local' | 'huggingface';
  readonly concurrency: number;
  readonly maxDeliveries: number;
  readonly localGeneratorSeconds: number;
  readonly shutdownGraceSeconds: number;
  readonly enableCoreNats: boolean;
  readonly coreNatsQueueGroup: string;
  readonly rateLimitPerMinute: number;
  readonly denyWords: readonly string[];
  readonly hfTimeoutSeconds: number;
  /** Absent where no traces are made. */
  readonly otlpEndpoint?: string;
  readonly podName: string;
}

/**
 * Reads the worker's settings from flags and environment.
 *
 * @param argv arguments without node and script
 * @throws SettingsError listing every fault
 */
export function readWorkerConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): WorkerConfig {
  const program = new Command('worker').description(
    'Pulls meme requests from JetStream, makes the pictures and publishes the answers.',
  );
  const values = readSettings(program, WORKER_SETTINGS, argv, env, (valid) =>
    valid.generator === 'huggingface' && !valid.hfApiToken
      ? [`'GENERATOR' is "huggingface": set 'HF_API_TOKEN' too, or use GENERATOR=local`]
      : [],
  );
  const generator = values.generator ?? (values.hfApiToken ? 'huggingface' : 'local');
  return Object.freeze({ ...values, generator, podName: values.podName ?? hostname() });
}
