import { boolean, integer, optionalText, secret } from '../../core/setting';
import { type ValuesOf } from '../../core/setting-group';

/** How the worker works: how much at a time, what it caches, and what it refuses. */
export const WORKER_SETTINGS = {
  workerConcurrency: integer({
    min: 1,
    max: 100,
    default: 2,
    unit: 'memes',
    example: 2,
    description: 'Memes one worker makes at a time',
    hint: 'give the memes that one worker makes at a time',
  }),
  workerSecondsPerMeme: integer({
    min: 0,
    max: 600,
    default: 2,
    unit: 'seconds',
    example: 2,
    description:
      'Minimum seconds the local generator takes for one meme, so that a demo has a load to scale on',
    hint: 'give the least seconds for one meme, or 0 to be as fast as the machine is',
    fractionsInCharts: true,
  }),
  cacheTtl: integer({
    min: 0,
    max: 30 * 24 * 3600,
    default: 3600,
    unit: 'seconds',
    example: 3600,
    description: 'Seconds a finished meme stays in the cache; 0 turns the cache off',
    hint: 'give the seconds that a meme stays in the cache, or 0 for no cache',
  }),
  coreNats: boolean({
    default: false,
    description:
      'Workers also take requests straight from their publishers, beside the queue; measured, that is no faster',
  }),
  rateLimitPerMinute: integer({
    min: 0,
    max: 1_000_000,
    default: 0,
    unit: 'requests per minute',
    example: 30,
    description:
      'Requests per minute and client_id over all workers, those without a client_id together; 0 for no limit',
    hint: 'give the requests that one client may send in a minute, or 0 for no limit',
  }),
  promptDenyList: optionalText({
    pattern: /[\p{L}\p{N}]/u,
    allowed: 'words or phrases separated by commas, or none',
    example: "'gore, school shooting'",
    description:
      "Words or phrases, separated by commas, that no prompt may hold, or none; empty for the worker's own list",
  }),
  otlpEndpoint: optionalText({
    pattern: /^https?:\/\/[\w.-]+(:\d+)?(\/[\w./-]*)?$/,
    allowed: 'an http or https URL without a user',
    example: 'http://collector.observability.svc:4318',
    description:
      "OTLP/HTTP receiver of the worker's traces, for example http://collector.observability.svc:4318; without one no traces are made",
  }),
  // not declared to Pulumi as a secret: it takes no default for one, and the token is optional; the
  // program itself refuses a token that is not encrypted
  hfApiToken: secret({
    pattern: /^\S+$/,
    allowed: 'a token without spaces',
    example: '--secret <token>',
    description:
      'Hugging Face token, set with --secret; without one the worker draws the memes itself',
  }),
} as const;

/** Values of {@link WORKER_SETTINGS}. */
export type WorkerSettings = ValuesOf<typeof WORKER_SETTINGS>;
