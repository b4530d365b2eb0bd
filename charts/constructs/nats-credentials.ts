import { EnvValue, type k8s, Secret } from 'cdk8s-plus-28';
import { type Construct } from 'constructs';
import {
  NATS_CREDENTIAL_KEYS,
  type NatsUser,
  natsSecretName,
} from '../../workloads/protocol/nats-users';

/**
 * Marks a pod template with the number of the secrets that it runs with: a container reads its
 * variables once, so that only a new pod has a new password.
 */
export const SECRET_ROTATION = 'autoscaling-lab/secret-rotation';

/** The annotation of a pod that uses generated secrets. */
export function rotationAnnotation(secretRotation: number): Record<string, string> {
  return { [SECRET_ROTATION]: String(secretRotation) };
}

/** The variables with a NATS user's credentials, for a container of a cdk8s-plus workload. */
export function natsCredentials(scope: Construct, user: NatsUser): Record<string, EnvValue> {
  const secret = Secret.fromSecretName(scope, 'NatsCredentials', natsSecretName(user));
  return Object.fromEntries(
    Object.values(NATS_CREDENTIAL_KEYS).map((key) => [
      key,
      EnvValue.fromSecretValue({ secret, key }),
    ]),
  );
}

/** The same for a container of a plain Kubernetes object. */
export function natsCredentialVariables(user: NatsUser): k8s.EnvVar[] {
  return secretVariables(natsSecretName(user), Object.values(NATS_CREDENTIAL_KEYS));
}

/** Variables of the same names as a Secret's keys, for a container of a plain Kubernetes object. */
export function secretVariables(name: string, keys: readonly string[]): k8s.EnvVar[] {
  return keys.map((key) => ({ name: key, valueFrom: { secretKeyRef: { name, key } } }));
}
