import { GRAFANA, NATS, REDIS } from '../workloads/protocol/names';
import { NATS_USERS, type NatsUser, natsSecretName } from '../workloads/protocol/nats-users';
import { type SecretReference } from './core/lab-chart';
import { NATS_SERVER_SECRET } from './platform/nats/nats-accounts';
import { NATS_TLS } from './platform/nats/nats-tls';

/** The Secret with the administrator of Grafana. */
export const GRAFANA_SECRET: SecretReference = {
  namespace: GRAFANA.namespace,
  name: GRAFANA.adminSecret,
};

/** The Secret with the credentials of a user of NATS. */
export function natsUserSecret(user: NatsUser): SecretReference {
  return { namespace: NATS_USERS[user].namespace, name: natsSecretName(user) };
}

/** The Secret with Redis' password, in the namespace of Redis or of a client. */
export function redisSecret(namespace: string): SecretReference {
  return { namespace, name: REDIS.secret };
}

/** The Secrets that are made with the NATS servers. */
export function natsServerSecrets(tls: boolean): SecretReference[] {
  const { namespace } = NATS;
  return [
    { namespace, name: NATS_SERVER_SECRET },
    ...(tls ? [{ namespace, name: NATS_TLS.secret }] : []),
    // no pod uses it: people and tests read it, as soon as there is a server
    natsUserSecret('operator'),
  ];
}
