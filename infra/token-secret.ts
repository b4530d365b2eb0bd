import * as kubernetes from '@pulumi/kubernetes';
import type * as pulumi from '@pulumi/pulumi';
import { partLabels } from '../charts/labels';
import { WORKER } from '../workloads/protocol/names';

/** The Secret that the worker reads its Hugging Face token from; charts know its name alone. */
export function tokenSecret(
  token: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): kubernetes.core.v1.Secret {
  return new kubernetes.core.v1.Secret(
    'HuggingFaceToken',
    {
      metadata: {
        name: WORKER.secret,
        namespace: WORKER.namespace,
        labels: partLabels({ name: WORKER.deployment, component: 'secret' }),
      },
      stringData: { [WORKER.secretTokenKey]: token },
    },
    opts,
  );
}
