import { connect, type NatsConnection, type NatsError } from 'nats';
import { natsCredentials, natsServer } from '../protocol/nats-credentials';
import { backoffMs } from '../process/backoff';
import { type Logger } from '../process/logger';
import { natsRefusal } from '../process/nats-refusal';
import { redactUrl } from '../process/redact-url';
import { sleep } from '../process/sleep';
import { ensureSteps, type EnsureTarget } from './ensure-steps';
import { ConflictError } from './ensure-stream';

/** What to bring about, and for how long to try. */
export interface EnsureOnceOptions extends EnsureTarget {
  readonly natsUrl: string;
  readonly timeoutSeconds: number;
}

/** Exit codes of a single run; 2 are bad settings. */
export const ONCE_EXIT = { done: 0, unreachable: 1, conflict: 3 } as const;

const BACKOFF = { firstMs: 250, maxMs: 3000 };

/**
 * Creates or updates the streams and the consumer once, and says how that went.
 *
 * @returns the exit code
 */
export async function ensureOnce(options: EnsureOnceOptions, log: Logger): Promise<number> {
  const { natsUrl, timeoutSeconds } = options;
  const deadline = performance.now() + timeoutSeconds * 1000;
  for (let attempt = 1; ; attempt++) {
    try {
      await ensureAll(options, log);
      return ONCE_EXIT.done;
    } catch (error) {
      if (!isTemporary(error as Error)) {
        log.error((error as Error).message);
        return ONCE_EXIT.conflict;
      }
      const reason = natsRefusal(error as Error) ?? (error as Error).message;
      const url = redactUrl(natsUrl);
      if (performance.now() >= deadline) {
        log.error(
          `nats at "${url}" was not usable within ${timeoutSeconds} s: ${reason}; ` +
            "check 'NATS_URL' and that JetStream is on",
        );
        return ONCE_EXIT.unreachable;
      }
      if (attempt === 1) log.warn({ url, reason }, 'nats is not usable yet, trying again');
      await sleep(Math.min(backoffMs(attempt, BACKOFF), Math.max(0, deadline - performance.now())));
    }
  }
}

async function ensureAll(options: EnsureOnceOptions, log: Logger): Promise<void> {
  const connection = await connect({
    ...natsServer(options.natsUrl, natsCredentials(process.env)),
    name: 'bootstrap',
    reconnect: false,
    timeout: 3000,
    ignoreClusterUpdates: true,
  });
  try {
    await ensureOn(connection, options, log);
  } finally {
    await connection.close();
  }
}

async function ensureOn(
  connection: NatsConnection,
  target: EnsureTarget,
  log: Logger,
): Promise<void> {
  for (const { kind, name, run } of await ensureSteps(connection, target)) {
    const result = await run();
    if (result !== 'absent') log.info({ [kind]: name, result }, kind);
  }
}

/** A refusal by the JetStream API is final, unless JetStream itself is not there yet. */
function isTemporary(error: Error): boolean {
  if (error instanceof ConflictError) return false;
  const refusal = (error as NatsError).api_error;
  if (refusal) return refusal.code === 503;
  return (error as NatsError).code !== 'AUTHORIZATION_VIOLATION';
}
