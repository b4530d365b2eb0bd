import { type Chart, Duration } from 'cdk8s';
import {
  type ContainerResources,
  Deployment,
  DeploymentStrategy,
  EnvValue,
  ImagePullPolicy,
  type IServiceAccount,
  LabelSelector,
} from 'cdk8s-plus-28';
import { type PartLabels, podLabels, selectorLabels } from '../core/labels';
import { natsClient, rotationAnnotation, type NatsClientProps } from './nats-credentials';
import { programProbes, type ProgramProbesOptions } from './program-probes';
import { restrictedContainer, restrictedPod } from './restricted-security';
import { spreadOverNodes } from './spread-over-nodes';

/** Names of a program of the lab; see `names.ts` of the protocol. */
export interface ProgramNames {
  readonly deployment: string;
  readonly container: string;
  readonly entryPoint: string;
  readonly metricsPort: number;
  readonly metricsPortName: string;
  readonly uid: number;
}

/** One program of the lab that is reached over NATS alone. */
export interface ProgramDeploymentProps extends NatsClientProps {
  readonly part: PartLabels;
  readonly names: ProgramNames;
  readonly image: string;
  readonly natsUser: string;
  /** Variables beside those that every program has: NATS, its user there, and the metrics' address. */
  readonly variables?: Readonly<Record<string, EnvValue>>;
  readonly resources: ContainerResources;
  /**
   * Minimum: 1.
   *
   * @default 1
   */
  readonly replicas?: number;
  /** Whether two of it must never run at a time, not even during an update. */
  readonly alone?: boolean;
  /**
   * Account with which it calls the API server.
   *
   * @default - none: its pods get no token
   */
  readonly serviceAccount?: IServiceAccount;
  readonly probes?: ProgramProbesOptions;
}

/** A Deployment of a Node program with one container, its probes and its user of NATS. */
export function programDeployment(chart: Chart, props: ProgramDeploymentProps): Deployment {
  const { part, names } = props;
  const port = names.metricsPort;
  const deployment = new Deployment(chart, 'Deployment', {
    metadata: { name: names.deployment },
    podMetadata: {
      labels: podLabels(part),
      annotations: rotationAnnotation(props.secretRotation),
    },
    select: false,
    replicas: props.replicas ?? 1,
    ...(props.alone && { strategy: DeploymentStrategy.recreate() }),
    serviceAccount: props.serviceAccount,
    automountServiceAccountToken: props.serviceAccount !== undefined,
    terminationGracePeriod: Duration.seconds(10),
    securityContext: restrictedPod(names.uid),
    containers: [
      {
        name: names.container,
        image: props.image,
        imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
        command: ['node', names.entryPoint],
        ports: [{ name: names.metricsPortName, number: port }],
        envVariables: {
          METRICS_ADDR: EnvValue.fromValue(`0.0.0.0:${port}`),
          ...props.variables,
          ...natsClient(chart, props.natsUser, props.natsTls),
        },
        resources: props.resources,
        ...programProbes(props.probes),
        securityContext: restrictedContainer(names.uid),
      },
    ],
  });
  spreadOverNodes(deployment, selectorLabels(part));
  deployment.select(LabelSelector.of({ labels: selectorLabels(part) }));
  return deployment;
}
