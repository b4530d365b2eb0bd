import { Chart, Size } from 'cdk8s';
import { Cpu, EnvValue, Secret } from 'cdk8s-plus-28';
import { type Construct } from 'constructs';
import { AUTH_CALLOUT } from '../../../workloads/protocol/names';
import { natsSecretName } from '../../../workloads/protocol/nats-users';
import { programDeployment } from '../../constructs/program-deployment';
import { partLabels } from '../../core/labels';
import { type NatsClientProps } from '../../constructs/nats-credentials';

/** Which image lets browsers in, and how many of it run. */
export interface AuthCalloutProps extends NatsClientProps {
  readonly image: string;
  /** Minimum: 1. */
  readonly replicas: number;
}

const PART = { name: AUTH_CALLOUT.deployment, component: 'authentication' } as const;

/** Authenticates browsers for NATS. While it is down no new browser can connect; connected ones stay connected. */
export class AuthCallout extends Chart {
  constructor(scope: Construct, id: string, props: AuthCalloutProps) {
    super(scope, id, { namespace: AUTH_CALLOUT.namespace, labels: partLabels(PART) });
    const secret = Secret.fromSecretName(this, 'Seed', natsSecretName('auth-callout'));
    programDeployment(this, {
      part: PART,
      names: AUTH_CALLOUT,
      natsUser: 'auth-callout',
      ...props,
      variables: {
        LOG_LEVEL: EnvValue.fromValue('info'),
        [AUTH_CALLOUT.seedKey]: EnvValue.fromSecretValue({ secret, key: AUTH_CALLOUT.seedKey }),
      },
      resources: {
        cpu: { request: Cpu.millis(20), limit: Cpu.millis(500) },
        memory: { request: Size.mebibytes(48), limit: Size.mebibytes(128) },
      },
    });
  }
}
