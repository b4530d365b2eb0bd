import execa from 'execa';
import { NATS_CA_KEY, NATS_OPERATOR } from '../../workloads/protocol/nats-users';
import { type LocalConfig } from '../../local/config';
import { type LabContext } from '../../local/lab-context';
import { LabError } from '../../local/lab-error';
import { operatorCredentials } from '../../local/nats-credentials';
import { isLocalStack } from '../../local/stack';

/** The user name in the operator's Secret. */
const OPERATOR = NATS_OPERATOR.user;

/**
 * Runs a NATS client as the operator and returns its exit code. If the environment names another
 * server or user than the lab's, it is left unchanged.
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
  if (!namesOtherServer(process.env, own)) {
    if (own !== undefined) env.NATS_URL = own;
    try {
      Object.assign(env, await freshCredentials(config, stack));
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      // the server may accept clients without credentials
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

function namesOtherServer(
  { NATS_URL: url, NATS_USER: user }: NodeJS.ProcessEnv,
  own: string | undefined,
): boolean {
  return Boolean((url && url !== own) || (user && user !== OPERATOR));
}

/**
 * The operator's current credentials. Those in the environment may be outdated or missing: the shell
 * may have loaded the lab's environment before a rotation, or before the lab was up.
 */
async function freshCredentials(config: LocalConfig, stack: string): Promise<NodeJS.ProcessEnv> {
  const credentials = await operatorCredentials(config, stack);
  if (Object.keys(credentials).length === 0) return {};
  // with an old CA the client would reject a server that no longer uses TLS
  return { [NATS_CA_KEY]: undefined, ...credentials };
}
