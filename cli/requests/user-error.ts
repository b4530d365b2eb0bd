import { type NatsError } from 'nats';
import { natsRefusal } from '../../workloads/process/nats-refusal';
import { redactUrl } from '../../workloads/process/redact-url';
import { SettingsError } from '../../workloads/process/setting';

/** Something the user can put right; the message says what and how, and is all that is printed. */
export class UserError extends Error {}

/**
 * Runs a tool and turns its outcome into an exit code. A {@link UserError} is printed as one
 * sentence, anything else with its stack, because it is a fault of the tool.
 *
 * Exit code 2 means bad options, 1 every other failure.
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

/** The sentence for a NATS server that cannot be reached. */
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
  if (code === 'CONNECTION_REFUSED' || code === 'ECONNREFUSED') return 'nobody listens there';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the host is unknown';
  if (code === 'TIMEOUT' || code === 'CONNECTION_TIMEOUT') return 'no answer in time';
  return error.message;
}
