import { fromSeed } from '@nats-io/jwt';
import type * as pulumi from '@pulumi/pulumi';
import { ROUTE_PASSWORD_KEY } from '../../charts/platform/nats/nats-cluster';
import { NATS_TLS } from '../../charts/platform/nats/nats-tls';
import {
  CALLOUT_ISSUER_KEY,
  NATS_SERVER_SECRET,
  passwordKey,
} from '../../charts/platform/nats/nats-accounts';
import { NATS_USERS, type NatsUser } from '../../charts/platform/nats/nats-users';
import { platformPortsOf, type Service } from '../../charts/core/service';
import { SERVICES } from '../../charts/services';
import { AUTH_CALLOUT, GRAFANA, NATS, REDIS } from '../../workloads/protocol/names';
import {
  NATS_CA_KEY,
  NATS_CREDENTIAL_KEYS,
  natsSecretName,
} from '../../workloads/protocol/nats-users';
import { rootAlias } from '../root-alias';
import { GeneratedSecrets } from './generated-secrets';
import type { LabSecret } from './kubernetes-secret';
import { natsCertificate } from './nats-certificate';

const REDIS_CLIENTS = (SERVICES as readonly Service[]).filter((service) =>
  platformPortsOf(service).includes('redis'),
);
const REDIS_NAMESPACES = new Set([REDIS, ...REDIS_CLIENTS].map(({ namespace }) => namespace));
const ROUTES = 'nats-routes';
const ISSUER = 'auth-callout-issuer';
const NATS_CERTIFICATE = 'nats';

/** Which secrets are generated. */
export interface LabSecretsArgs {
  /** Another number replaces every secret. */
  readonly rotation: number;
  /** Whether NATS has a certificate, and its clients the authority that signed it. */
  readonly natsTls: boolean;
}

/**
 * The secrets that the lab generates, and the Secrets in which its pods find them. A chart names a
 * Secret and never sees its data.
 */
export class LabSecrets {
  private readonly generated: GeneratedSecrets;
  private readonly natsTls: boolean;

  /** @param parent - the component whose secrets these are; the name starts with its name */
  constructor(
    name: string,
    { rotation, natsTls }: LabSecretsArgs,
    parent: pulumi.ComponentResource,
  ) {
    this.natsTls = natsTls;
    const passwords = [
      ...NATS_USERS.map(({ name: user }) => natsSecretName(user)),
      GRAFANA.adminSecret,
      REDIS.secret,
      ROUTES,
    ];
    this.generated = new GeneratedSecrets(
      name,
      {
        rotation,
        passwords,
        accountKeys: [ISSUER],
        certificates: natsTls ? { [NATS_CERTIFICATE]: natsCertificate } : {},
      },
      { parent, aliases: [rootAlias('secrets')] },
    );
  }

  /** Every Secret that a chart may declare. */
  get all(): readonly LabSecret[] {
    return [
      this.natsServer(),
      ...(this.natsTls ? [this.natsCertificate()] : []),
      ...NATS_USERS.map((user) => this.natsUser(user)),
      this.grafanaAdmin(),
      ...[...REDIS_NAMESPACES].map((namespace) => this.redis(namespace)),
    ];
  }

  private natsServer(): LabSecret {
    const passwords = NATS_USERS.map(
      ({ name }) => [passwordKey(name), this.password(name)] as const,
    );
    return {
      name: NATS_SERVER_SECRET,
      namespace: NATS.namespace,
      component: 'queue',
      data: {
        ...Object.fromEntries(passwords),
        [ROUTE_PASSWORD_KEY]: this.generated.value(ROUTES),
        [CALLOUT_ISSUER_KEY]: this.issuerSeed.apply(publicKey),
      },
    };
  }

  private natsCertificate(): LabSecret {
    const part = (name: keyof typeof NATS_TLS.keys) =>
      this.generated.certificate(NATS_CERTIFICATE, name);
    return {
      name: NATS_TLS.secret,
      namespace: NATS.namespace,
      component: 'queue',
      data: {
        [NATS_TLS.keys.authority]: part('authority'),
        [NATS_TLS.keys.certificate]: part('certificate'),
        [NATS_TLS.keys.privateKey]: part('privateKey'),
      },
    };
  }

  private natsUser({ name, namespace, permissions }: NatsUser): LabSecret {
    return {
      name: natsSecretName(name),
      namespace,
      component: 'credentials',
      data: {
        [NATS_CREDENTIAL_KEYS.user]: name,
        [NATS_CREDENTIAL_KEYS.password]: this.password(name),
        ...(this.natsTls && {
          [NATS_CA_KEY]: this.generated.certificate(NATS_CERTIFICATE, 'authority'),
        }),
        ...(permissions === 'callout' && { [AUTH_CALLOUT.seedKey]: this.issuerSeed }),
      },
    };
  }

  private grafanaAdmin(): LabSecret {
    const { adminSecret: name, adminSecretKeys: keys, namespace } = GRAFANA;
    return {
      name,
      namespace,
      component: 'credentials',
      data: { [keys.user]: 'admin', [keys.password]: this.generated.value(name) },
    };
  }

  private redis(namespace: string): LabSecret {
    return {
      name: REDIS.secret,
      namespace,
      component: 'credentials',
      data: { [REDIS.passwordKey]: this.generated.value(REDIS.secret) },
    };
  }

  private password(user: string): pulumi.Output<string> {
    return this.generated.value(natsSecretName(user));
  }

  private get issuerSeed(): pulumi.Output<string> {
    return this.generated.value(ISSUER);
  }
}

function publicKey(seed: string): string {
  return fromSeed(new TextEncoder().encode(seed)).getPublicKey();
}
