import { Chart, Duration, Size } from 'cdk8s';
import {
  Cpu,
  Deployment,
  EnvValue,
  ImagePullPolicy,
  LabelSelector,
  Probe,
  Secret,
} from 'cdk8s-plus-28';
import { type Construct } from 'constructs';
import { AUTH_CALLOUT, NATS } from '../workloads/protocol/names';
import { natsSecretName } from '../workloads/protocol/nats-users';
import { natsCredentials, rotationAnnotation } from './constructs/nats-credentials';
import { restrictedContainer } from './constructs/restricted-security';
import { partLabels, podLabels, selectorLabels } from './labels';

/** Which image lets browsers in, and how many of it run. */
export interface AuthCalloutProps {
  readonly image: string;
  /** Minimum: 1. */
  readonly replicas: number;
  /** Number of the secrets in use; another one starts new pods. */
  readonly secretRotation: number;
}

const PART = { name: AUTH_CALLOUT.deployment, component: 'authentication' } as const;

/** Answers NATS' question who a browser is. While it is away no new browser comes in; those that are in stay. */
export class AuthCallout extends Chart {
  constructor(scope: Construct, id: string, props: AuthCalloutProps) {
    super(scope, id, { namespace: AUTH_CALLOUT.namespace, labels: partLabels(PART) });
    const secret = Secret.fromSecretName(this, 'Seed', natsSecretName('auth-callout'));
    const port = AUTH_CALLOUT.metricsPort;
    const deployment = new Deployment(this, 'Deployment', {
      metadata: { name: AUTH_CALLOUT.deployment },
      podMetadata: {
        labels: podLabels(PART),
        annotations: rotationAnnotation(props.secretRotation),
      },
      select: false,
      replicas: props.replicas,
      automountServiceAccountToken: false,
      terminationGracePeriod: Duration.seconds(10),
      securityContext: { ensureNonRoot: true, user: AUTH_CALLOUT.uid, group: AUTH_CALLOUT.uid },
      containers: [
        {
          name: AUTH_CALLOUT.container,
          image: props.image,
          imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
          command: ['node', AUTH_CALLOUT.entryPoint],
          ports: [{ name: AUTH_CALLOUT.metricsPortName, number: port }],
          envVariables: {
            NATS_URL: EnvValue.fromValue(NATS.url),
            METRICS_ADDR: EnvValue.fromValue(`0.0.0.0:${port}`),
            LOG_LEVEL: EnvValue.fromValue('info'),
            [AUTH_CALLOUT.seedKey]: EnvValue.fromSecretValue({ secret, key: AUTH_CALLOUT.seedKey }),
            ...natsCredentials(this, 'auth-callout'),
          },
          resources: {
            cpu: { request: Cpu.millis(20), limit: Cpu.millis(500) },
            memory: { request: Size.mebibytes(48), limit: Size.mebibytes(128) },
          },
          startup: Probe.fromHttpGet(AUTH_CALLOUT.livenessPath, {
            port,
            periodSeconds: Duration.seconds(1),
            failureThreshold: 60,
          }),
          readiness: Probe.fromHttpGet(AUTH_CALLOUT.readinessPath, {
            port,
            periodSeconds: Duration.seconds(2),
            failureThreshold: 3,
          }),
          liveness: Probe.fromHttpGet(AUTH_CALLOUT.livenessPath, {
            port,
            periodSeconds: Duration.seconds(10),
            failureThreshold: 3,
          }),
          securityContext: restrictedContainer(AUTH_CALLOUT.uid),
        },
      ],
    });
    deployment.select(LabelSelector.of({ labels: selectorLabels(PART) }));
  }
}
