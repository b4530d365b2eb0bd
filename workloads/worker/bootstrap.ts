import { Command } from 'commander';
import { connect, type NatsConnection, type NatsError } from 'nats';
import {
  CONSUMER,
  DEAD_STREAM,
  IMAGES_BUCKET,
  MEMES_STREAM,
  RESPONSES_STREAM,
  RETIRED_STREAMS,
} from '../protocol/streams';
import { natsCredentials, natsServer } from '../protocol/nats-credentials';
import { errorSubjectFor, REPLY_PREFIX } from '../protocol/subjects';
import { backoffMs } from '../process/backoff';
import { NATS_SETTINGS } from './config';
import { ensureBucket } from './ensure-bucket';
import { ConflictError, ensureConsumer, ensureStream, removeStream } from './ensure-stream';
import { createLogger, type Logger } from '../process/logger';
import { natsRefusal } from '../process/nats-refusal';
import { redactUrl } from '../process/redact-url';
import { readSettings, SettingsError, wholeNumber } from '../process/setting';
import { sleep } from '../process/sleep';

const BOOTSTRAP_SETTINGS = {
  ...NATS_SETTINGS,
  timeoutSeconds: {
    flag: '--timeout',
    env: 'BOOTSTRAP_TIMEOUT_SECONDS',
    description: 'seconds to wait for NATS with JetStream',
    default: '120',
    parse: wholeNumber(1, 3600),
  },
  replicas: {
    flag: '--replicas',
    env: 'NATS_REPLICAS',
    description: 'copies of each stream, at most one per NATS server',
    default: '1',
    parse: wholeNumber(1, 5),
  },
} as const;

const EXIT = { unreachable: 1, settings: 2, conflict: 3 } as const;
const BACKOFF = { firstMs: 250, maxMs: 3000 };

/** Creates or updates the streams and the consumer: at zero workers nobody else would. */
async function bootstrap(): Promise<number> {
  const program = new Command('bootstrap').description(
    'Creates or updates the streams and the consumer of the meme generator. ' +
      `Exit codes: ${EXIT.unreachable} NATS is not usable in time, ${EXIT.settings} bad settings, ` +
      `${EXIT.conflict} something exists that cannot be updated.`,
  );
  const settings = readSettings(program, BOOTSTRAP_SETTINGS, process.argv.slice(2), process.env);
  const log = createLogger({ name: 'bootstrap', level: settings.logLevel });
  const deadline = performance.now() + settings.timeoutSeconds * 1000;
  for (let attempt = 1; ; attempt++) {
    try {
      await ensureAll(settings, log);
      return 0;
    } catch (error) {
      if (!isTemporary(error as Error)) {
        log.error((error as Error).message);
        return EXIT.conflict;
      }
      const reason = natsRefusal(error as Error) ?? (error as Error).message;
      const url = redactUrl(settings.natsUrl);
      if (performance.now() >= deadline) {
        log.error(
          `nats at "${url}" was not usable within ${settings.timeoutSeconds} s: ${reason}; ` +
            "check 'NATS_URL' and that JetStream is on",
        );
        return EXIT.unreachable;
      }
      if (attempt === 1) log.warn({ url, reason }, 'nats is not usable yet, trying again');
      await sleep(Math.min(backoffMs(attempt, BACKOFF), Math.max(0, deadline - performance.now())));
    }
  }
}

interface Target {
  readonly natsUrl: string;
  readonly natsStream: string;
  readonly natsConsumer: string;
  readonly requestSubject: string;
  readonly responseSubject: string;
  readonly replicas: number;
}

async function ensureAll(target: Target, log: Logger): Promise<void> {
  const connection = await connect({
    ...natsServer(target.natsUrl, natsCredentials(process.env)),
    name: 'bootstrap',
    reconnect: false,
    timeout: 3000,
    ignoreClusterUpdates: true,
  });
  try {
    await ensureOn(connection, target, log);
  } finally {
    await connection.close();
  }
}

async function ensureOn(connection: NatsConnection, target: Target, log: Logger): Promise<void> {
  const manager = await connection.jetstreamManager();
  const { responseSubject, requestSubject, replicas } = target;
  const memes = { ...MEMES_STREAM, name: target.natsStream, subjects: [requestSubject] };
  const answers = [responseSubject, errorSubjectFor(responseSubject), `${REPLY_PREFIX}>`];
  const streams = [memes, { ...RESPONSES_STREAM, subjects: answers }, DEAD_STREAM];
  // before the others: what it reserves is room that they may need
  for (const stream of RETIRED_STREAMS) {
    const result = await removeStream(manager, stream);
    if (result === 'removed') log.info({ stream, result }, 'stream');
  }
  for (const spec of streams) {
    log.info({ stream: spec.name, result: await ensureStream(manager, spec, replicas) }, 'stream');
  }
  const bucket = IMAGES_BUCKET;
  const result = await ensureBucket(connection, bucket, replicas);
  log.info({ bucket: bucket.name, result }, 'bucket');
  const consumer = {
    ...CONSUMER,
    durable: target.natsConsumer,
    stream: target.natsStream,
    filterSubject: requestSubject,
  };
  const found = await ensureConsumer(manager, consumer);
  log.info({ consumer: consumer.durable, result: found }, 'consumer');
}

/** A refusal by the JetStream API is final, unless JetStream itself is not there yet. */
function isTemporary(error: Error): boolean {
  if (error instanceof ConflictError) return false;
  const refusal = (error as NatsError).api_error;
  if (refusal) return refusal.code === 503;
  return (error as NatsError).code !== 'AUTHORIZATION_VIOLATION';
}

bootstrap().then(
  (code) => process.exit(code),
  (error: Error) => {
    const isSettings = error instanceof SettingsError;
    process.stderr.write(`${isSettings ? error.message : (error.stack ?? error.message)}\n`);
    process.exit(isSettings ? EXIT.settings : EXIT.unreachable);
  },
);
