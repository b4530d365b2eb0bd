import { NATS_OPERATOR } from '../../../workloads/protocol/nats-users';
import { type NatsPermissions } from '../../core/nats-permissions';
import { type Service } from '../../core/service';
import { SERVICES } from '../../services';

/** A user of NATS with a password. */
export interface NatsUser {
  readonly name: NatsUserName;
  /** Where its programs, or people, find its Secret. */
  readonly namespace: string;
  /** `callout` is the user whom the server asks about browsers; it may do nothing else. */
  readonly permissions: NatsPermissions | 'callout';
}

/** Name of one of {@link NATS_USERS}. */
export type NatsUserName =
  | Extract<(typeof SERVICES)[number], { readonly natsUser: unknown }>['name']
  | typeof NATS_OPERATOR.user;

/** A user for each service that declares one, and the operator's. */
export const NATS_USERS: readonly NatsUser[] = [
  ...(SERVICES as readonly Service[]).flatMap(({ name, namespace, natsUser }) =>
    natsUser === undefined
      ? []
      : [{ name: name as NatsUserName, namespace, permissions: natsUser }],
  ),
  {
    name: NATS_OPERATOR.user,
    namespace: NATS_OPERATOR.namespace,
    permissions: { publish: ['>'], subscribe: ['>'] },
  },
];
