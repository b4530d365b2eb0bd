import execa from 'execa';
import { type LabContext } from '../lab-context';
import { LabError } from '../lab-error';
import { operatorCredentials } from '../nats-credentials';
import { isLocalStack } from '../stack';

/**
 * Runs a NATS client as the operator; gives its exit code. Where the environment names a server or a
 * user, it stays as it is: those are somebody else's.
 */
export async function client(
  { config, say }: LabContext,
  stack: string,
  command: readonly string[],
): Promise<number> {
  const [program, ...args] = command;
  if (!program) throw new LabError('nothing to run: give a command after "--"');
  const named = process.env.NATS_URL !== undefined || process.env.NATS_USER !== undefined;
  const env: Record<string, string> = {};
  if (!named) {
    if (await isLocalStack(stack)) env.NATS_URL = `nats://127.0.0.1:${config.ports.nats}`;
    try {
      Object.assign(env, await operatorCredentials(config, stack));
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      // it may still be meant for a server that asks for no credentials
      say(`no credentials for NATS: ${error.message}`);
    }
  }
  const result = await execa(program, args, {
    env,
    preferLocal: true,
    stdio: 'inherit',
    reject: false,
  });
  if (result.exitCode === undefined)
    throw new LabError(`"${program}" could not be run: ${(result as execa.ExecaError).message}`);
  return result.exitCode;
}
