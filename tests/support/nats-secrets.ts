import { randomBytes } from 'node:crypto';
import { createAccount } from '@nats-io/jwt';
import { CALLOUT_ISSUER_KEY, passwordKey } from '../../charts/platform/nats/nats-accounts';
import { ROUTE_PASSWORD_KEY } from '../../charts/platform/nats/nats-cluster';
import { NATS_USERS, type NatsUserName } from '../../charts/platform/nats/nats-users';

/** What the server and its users know, made anew for each run of a test. */
export interface NatsSecrets {
  /** The server's variables. */
  readonly serverEnv: Readonly<Record<string, string>>;
  /** Seed of the callout's key. */
  readonly issuerSeed: string;
  /** Variables of a program that connects as a user. */
  credentials(user: NatsUserName): { readonly NATS_USER: string; readonly NATS_PASSWORD: string };
}

/** Makes passwords and keys of the kind that the deployment makes. */
export function natsSecrets(): NatsSecrets {
  const users = NATS_USERS.map(({ name }) => name);
  const passwords = new Map(users.map((user) => [user, `p${randomBytes(24).toString('hex')}`]));
  const issuer = createAccount();
  return {
    serverEnv: {
      ...Object.fromEntries(users.map((user) => [passwordKey(user), passwords.get(user)!])),
      [ROUTE_PASSWORD_KEY]: `p${randomBytes(24).toString('hex')}`,
      [CALLOUT_ISSUER_KEY]: issuer.getPublicKey(),
    },
    issuerSeed: new TextDecoder().decode(issuer.getSeed()),
    credentials: (user) => ({ NATS_USER: user, NATS_PASSWORD: passwords.get(user)! }),
  };
}
