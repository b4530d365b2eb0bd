import { type NatsError } from 'nats';
import { natsRefusal } from '../../workloads/process/nats-refusal';
import { redactUrl } from '../../workloads/process/redact-url';
import { SettingsError } from '../../workloads/process/setting';

/** An error that the user can fix; only its message is printed, which names the problem and the fix. */
export class UserError extends Error {}

/**
 * Runs a tool and sets the exit code. A {@link UserError} is printed as one sentence, any other
 * error with its stack, because it is a bug in the tool.
 *
 * Exit code 2 means invalid options, 1 any other failure.
 *
 * @param tool returns the exit code
 */
export function runTool(tool: () => Promise<number>): void {
  tool().then(
    (code) => {
      process.exitCode = code;
    },
    (error: Error) => {
      const expected = error instanceof UserError || error instanceof SettingsError;
      process.stderr.write(`${expected ? error.message : (error.stack ?? error.message)}\n`);
      process.exitCode = error instanceof SettingsError ? 2 : 1;
    },
  );
}

/** The error for an unreachable NATS server. */
export function unreachable(url: string, error: Error): UserError {
  const reason = natsRefusal(error) ?? causeOf(error);
  return new UserError(
    `cannot connect to nats at "${redactUrl(url)}": ${reason}; ` +
      'bring the lab up with "npm run up", or name another server with --nats-url',
  );
}

function causeOf(error: Error): string {
  const chained = (error as NatsError).chainedError as NodeJS.ErrnoException | undefined;
  const code = chained?.code ?? (error as NatsError).code;
  if (code === 'CONNECTION_REFUSED' || code === 'ECONNREFUSED') return 'connection refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'unknown host';
  if (code === 'TIMEOUT' || code === 'CONNECTION_TIMEOUT') return 'timed out';
  return error.message;
}
