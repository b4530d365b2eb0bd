import type * as pulumi from '@pulumi/pulumi';
import { contentHash } from '../../charts/core/content-hash';
import { WORKER } from '../../workloads/protocol/names';
import type { LabSecret } from './kubernetes-secret';

/**
 * Name of the Secret for a Hugging Face token. It changes with the token: a worker reads its token
 * once, and a new name starts new pods.
 */
export function tokenSecretName(token: string): string {
  return `${WORKER.secret}-${contentHash(token)}`;
}

/** The Secret that the worker reads its Hugging Face token from; charts know only its name. */
export function tokenSecret(name: string, token: pulumi.Input<string>): LabSecret {
  return {
    name,
    namespace: WORKER.namespace,
    component: 'secret',
    data: { [WORKER.secretTokenKey]: token },
  };
}
