import type * as pulumi from '@pulumi/pulumi';
import { WORKER } from '../workloads/protocol/names';
import type { LabSecret } from './lab-secrets';

/** The Secret that the worker reads its Hugging Face token from; charts know its name alone. */
export function tokenSecret(token: pulumi.Input<string>): LabSecret {
  return {
    name: WORKER.secret,
    namespace: WORKER.namespace,
    component: 'secret',
    data: { [WORKER.secretTokenKey]: token },
  };
}
