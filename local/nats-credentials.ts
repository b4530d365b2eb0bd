import { type V1Secret } from '@kubernetes/client-node';
import {
  NATS_CA_KEY,
  NATS_CREDENTIAL_KEYS,
  NATS_OPERATOR,
  natsSecretName,
} from '../workloads/protocol/nats-users';
import { type LocalConfig } from './config';
import { LabError } from './lab-error';
import { stackKubeconfig } from './stack-kubeconfig';
import { ApiReader } from './api-reader';

/**
 * The variables with which a client on this machine connects as the NATS operator, read from its
 * Secret with the credentials of the stack's kubeconfig.
 *
 * @returns empty if the Secret does not exist: the lab is not up, or still starting
 * @throws LabError if the cluster is unreachable
 */
export async function operatorCredentials(
  config: LocalConfig,
  stack: string,
): Promise<Readonly<Record<string, string>>> {
  const reader = new ApiReader(await stackKubeconfig(config, stack));
  const { user, namespace } = NATS_OPERATOR;
  const path = `/api/v1/namespaces/${namespace}/secrets/${natsSecretName(user)}`;
  const secret = await reader.get<V1Secret>(path);
  if (secret === undefined) return {};
  const { data = {} } = secret;
  const required = Object.values(NATS_CREDENTIAL_KEYS);
  const missing = required.find((key) => data[key] === undefined);
  if (missing !== undefined)
    throw new LabError(`the Secret at ${path} has no "${missing}": run "npm run up" again`);
  // there is a CA only if NATS uses TLS
  const present = [...required, NATS_CA_KEY].filter((key) => data[key] !== undefined);
  return Object.fromEntries(
    present.map((key) => [key, Buffer.from(data[key], 'base64').toString()]),
  );
}
