import { existsSync } from 'node:fs';
import { type V1Secret } from '@kubernetes/client-node';
import { NATS_CREDENTIAL_KEYS, NATS_USERS, natsSecretName } from '../workloads/protocol/nats-users';
import { type LocalConfig } from './config';
import { LabError } from './lab-error';
import { LOCAL_CONTEXT } from './node/kubeconfig';
import { stackContext } from './stack';
import { ClusterReader } from './status/cluster-reader';

/**
 * The variables with which a client on this machine is NATS' operator, read from the cluster as who
 * may read its Secrets.
 *
 * @returns none where the cluster has no such Secret: the lab is not up, or is on its way
 * @throws LabError where the cluster cannot be asked
 */
export async function operatorCredentials(
  config: LocalConfig,
  stack: string,
): Promise<Readonly<Record<string, string>>> {
  const context = await stackContext(stack);
  const file = context === LOCAL_CONTEXT ? config.kubeconfig : undefined;
  if (file !== undefined && !existsSync(file))
    throw new LabError('there is no local cluster: "npm run up" makes one');
  const reader = ClusterReader.open(context, file);
  const { namespace } = NATS_USERS.operator;
  const path = `/api/v1/namespaces/${namespace}/secrets/${natsSecretName('operator')}`;
  const secret = await reader.get<V1Secret>(path);
  if (secret === undefined) return {};
  return Object.fromEntries(
    Object.values(NATS_CREDENTIAL_KEYS).map((key) => {
      const value = secret.data?.[key];
      if (value === undefined)
        throw new LabError(`the Secret at ${path} has no "${key}": run "npm run up" again`);
      return [key, Buffer.from(value, 'base64').toString()];
    }),
  );
}
