import { EnvValue, Secret } from 'cdk8s-plus-28';
import { type Construct } from 'constructs';
import { NATS } from '../../workloads/protocol/names';
import {
  NATS_CA_KEY,
  NATS_CREDENTIAL_KEYS,
  natsSecretName,
} from '../../workloads/protocol/nats-users';

/**
 * Marks a pod template with the number of the secrets that it runs with: a container reads its
 * variables once, so that only a new pod has a new password.
 */
export const SECRET_ROTATION = 'autoscaling-lab/secret-rotation';

/** What a chart of a program with a NATS user needs to know of NATS. */
export interface NatsClientProps {
  /** Whether NATS speaks TLS. */
  readonly natsTls: boolean;
  /** Number of the secrets in use; another one starts new pods. */
  readonly secretRotation: number;
}

/** The annotation of a pod that uses generated secrets. */
export function rotationAnnotation(secretRotation: number): Record<string, string> {
  return { [SECRET_ROTATION]: String(secretRotation) };
}

/**
 * The variables by which a program finds NATS and is let in, for a container of a cdk8s-plus
 * workload.
 *
 * @param tls whether NATS speaks TLS; the program then also gets the authority
 */
export function natsClient(scope: Construct, user: string, tls: boolean): Record<string, EnvValue> {
  const secret = Secret.fromSecretName(scope, 'NatsCredentials', natsSecretName(user));
  return {
    NATS_URL: EnvValue.fromValue(natsUrl(tls)),
    ...Object.fromEntries(
      secretKeys(tls).map((key) => [key, EnvValue.fromSecretValue({ secret, key })]),
    ),
  };
}

function natsUrl(tls: boolean): string {
  return tls ? NATS.tlsUrl : NATS.url;
}

function secretKeys(tls: boolean): string[] {
  return [...Object.values(NATS_CREDENTIAL_KEYS), ...(tls ? [NATS_CA_KEY] : [])];
}
