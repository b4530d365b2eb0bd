import execa from 'execa';
import { NATS_CA_KEY, NATS_OPERATOR } from '../../workloads/protocol/nats-users';
import { type LocalConfig } from '../../local/config';
import { type LabContext } from '../../local/lab-context';
import { LabError } from '../../local/lab-error';
import { operatorCredentials } from '../../local/nats-credentials';
import { isLocalStack } from '../../local/stack';

/** Whom the operator's Secret names as its user. */
const OPERATOR = NATS_OPERATOR.user;

/**
 * Runs a NATS client as the operator; gives its exit code. Where the environment names another server
 * than the local cluster's, or another user, it stays as it is: those are somebody else's.
 */
export async function client(
  { config, say }: LabContext,
  stack: string,
  command: readonly string[],
): Promise<number> {
  const [program, ...args] = command;
  if (!program) throw new LabError('nothing to run: give a command after "--"');
  const own = (await isLocalStack(stack)) ? `nats://127.0.0.1:${config.ports.nats}` : undefined;
  const env: NodeJS.ProcessEnv = {};
  if (!namesSomebodyElse(process.env, own)) {
    if (own !== undefined) env.NATS_URL = own;
    try {
      Object.assign(env, await freshCredentials(config, stack));
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

function namesSomebodyElse(
  { NATS_URL: url, NATS_USER: user }: NodeJS.ProcessEnv,
  own: string | undefined,
): boolean {
  return Boolean((url && url !== own) || (user && user !== OPERATOR));
}

/**
 * The operator's credentials in the place of those that the environment may have: a shell with the
 * lab's own environment has them as they were then, or none where the lab was not up yet.
 */
async function freshCredentials(config: LocalConfig, stack: string): Promise<NodeJS.ProcessEnv> {
  const credentials = await operatorCredentials(config, stack);
  if (Object.keys(credentials).length === 0) return {};
  // an authority of before would refuse a server that speaks plain text by now
  return { [NATS_CA_KEY]: undefined, ...credentials };
}
