import { z } from 'zod';
import type { LabProps } from '../../charts/lab-props';
import { SCALING_MODES, type ScalingMode } from '../../workloads/protocol/scaling-mode';
import { conflicts } from './config-conflicts';
import {
  boolean,
  type Field,
  field,
  integer,
  json,
  nodePort,
  oneOf,
  optional,
} from './config-field';
import { isRegistryHost } from '../images/image-reference';
import { tokenSecretName } from '../secrets/token-secret';
import { WORKLOAD_NAMES } from '../images/workloads';

/** Images the lab runs, by the name that the `images` setting uses; workloads are built on `node` or `nginx`. */
export const IMAGE_COMPONENTS = [
  'keda',
  'keda-metrics-apiserver',
  'keda-admission-webhooks',
  'vpa-recommender',
  'vpa-updater',
  'vpa-admission-controller',
  'metrics-server',
  'nats',
  'redis',
  'prometheus',
  'kube-state-metrics',
  'grafana',
  'node',
  'nginx',
  ...WORKLOAD_NAMES,
] as const;

/** One of {@link IMAGE_COMPONENTS}. */
export type ImageComponent = (typeof IMAGE_COMPONENTS)[number];

/** Ways an image gets into the cluster; `none` means that it is there already. */
export const IMAGE_LOADERS = ['push', 'kind', 'k3d', 'minikube', 'local', 'none'] as const;

/** One of {@link IMAGE_LOADERS}. */
export type ImageLoaderName = (typeof IMAGE_LOADERS)[number];

/** Programs that can build an image. */
export const IMAGE_BUILDERS = ['docker', 'podman', 'buildah'] as const;

/** One of {@link IMAGE_BUILDERS}. */
export type ImageBuilderName = (typeof IMAGE_BUILDERS)[number];

/** The settings of one stack; names, units and defaults are those of `Pulumi.yaml`. */
export interface StackConfig {
  readonly kubeContext: string;
  readonly imageRegistry?: string;
  readonly imageLoader: 'auto' | ImageLoaderName;
  readonly imageBuilder: 'auto' | ImageBuilderName;
  readonly images: Readonly<Partial<Record<ImageComponent, string>>>;
  readonly imageDigests: boolean;
  readonly manifestMirror?: string;
  readonly scalingMode: ScalingMode;
  readonly drainTarget: number;
  readonly maxReplicas: number;
  readonly minReplicas: number;
  readonly lagThreshold: number;
  readonly activationLagThreshold: number;
  readonly pollingInterval: number;
  readonly cooldownPeriod: number;
  readonly workerConcurrency: number;
  readonly workerSecondsPerMeme: number;
  readonly cacheTtl: number;
  readonly coreNats: boolean;
  readonly rateLimitPerMinute: number;
  /** Absent where the worker's own list applies. */
  readonly promptDenyList?: string;
  /** Absent where no traces are made. */
  readonly otlpEndpoint?: string;
  /**
   * Name of the Secret for the Hugging Face token, which changes with it; absent where none is
   * configured. The token itself never enters this object.
   */
  readonly tokenSecret?: string;
  readonly natsStorage: string;
  readonly natsReplicas: number;
  readonly natsTls: boolean;
  readonly networkPolicies: boolean;
  readonly resourceQuotas: boolean;
  /** Absent where Redis keeps nothing over a restart. */
  readonly redisStorage?: string;
  readonly secretRotation: number;
  /** Absent where the cluster's own default decides. */
  readonly natsNodePort?: number;
  readonly monitoring: LabProps['monitoring'];
  /** Helm release of the cluster's kube-prometheus-stack. */
  readonly prometheusRelease: string;
  readonly grafana: LabProps['grafana'];
  /** Seconds for which fewer requests must have come before the page loses a replica. */
  readonly frontendScaleDownWindow: number;
  /** Absent where the cluster's own default decides. */
  readonly pageNodePort?: number;
  readonly ingressHost?: string;
  readonly ingressIssuer?: string;
  readonly readyTimeout: number;
}

// a reference that names its content: a digest, or a tag that is neither missing nor "latest"
const PINNED_IMAGE = /^[a-z0-9][\w.:/-]*?(?::(?!latest$)[\w][\w.-]{0,127}|@sha256:[0-9a-f]{64})$/;

const size = (example: string): Field<string> =>
  field(z.string().regex(/^[1-9]\d*(Mi|Gi|Ti)$/), 'a size in Mi, Gi or Ti', example);

const images: Field<StackConfig['images']> = field(
  json.pipe(z.partialRecord(z.enum(IMAGE_COMPONENTS), z.string().regex(PINNED_IMAGE))),
  `an object from ${IMAGE_COMPONENTS.join(', ')} to image references with a digest or a tag other than "latest"`,
  '--path images.redis docker.io/valkey/valkey:8.1.1',
);

const FIELDS = {
  kubeContext: field(
    z.string().regex(/^\S+$/),
    'the name of a context in the kubeconfig, without spaces',
    'autoscaling-lab',
  ),
  imageRegistry: optional(
    field(
      z
        .string()
        .regex(/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)*$/)
        .refine((registry) => isRegistryHost(registry.split('/')[0])),
      'localhost or a host with a dot or a port, then optionally a path, without a scheme and without a closing slash; an account of Docker Hub is docker.io/myuser',
      'registry.example.com/lab',
    ),
  ),
  imageLoader: oneOf(['auto', ...IMAGE_LOADERS]),
  imageBuilder: oneOf(['auto', ...IMAGE_BUILDERS]),
  images,
  imageDigests: boolean,
  manifestMirror: optional(field(z.string(), 'a folder', './manifests')),
  scalingMode: oneOf(SCALING_MODES),
  drainTarget: integer(1, 3600, 30),
  maxReplicas: integer(1, 1000, 10),
  minReplicas: integer(0, 1000, 0),
  lagThreshold: integer(1, 1_000_000, 5),
  activationLagThreshold: integer(0, 1_000_000, 0),
  pollingInterval: integer(1, 3600, 1),
  cooldownPeriod: integer(1, 86_400, 30),
  workerConcurrency: integer(1, 100, 2),
  workerSecondsPerMeme: integer(0, 600, 2),
  cacheTtl: integer(0, 2_592_000, 3600),
  coreNats: boolean,
  rateLimitPerMinute: integer(0, 1_000_000, 30),
  promptDenyList: optional(
    field(
      z.string().regex(/[\p{L}\p{N}]/u),
      'words or phrases separated by commas, or none',
      "'gore, school shooting'",
    ),
  ),
  otlpEndpoint: optional(
    field(
      z.string().regex(/^https?:\/\/[\w.-]+(:\d+)?(\/[\w./-]*)?$/),
      'an http or https URL without a user',
      'http://collector.observability.svc:4318',
    ),
  ),
  hfApiToken: {
    ...optional(field(z.string().regex(/^\S+$/), 'a token without spaces', '--secret <token>')),
    secret: true,
  },
  natsStorage: size('2Gi'),
  natsReplicas: field(
    z.enum(['1', '3', '5']).transform(Number) as z.ZodType<number, string>,
    '1, 3, 5',
    '3',
  ),
  natsTls: boolean,
  networkPolicies: boolean,
  resourceQuotas: boolean,
  redisStorage: optional(size('1Gi')),
  natsNodePort: nodePort('30422'),
  frontendScaleDownWindow: integer(0, 3600, 300),
  pageNodePort: nodePort('30080'),
  ingressHost: optional(
    field(
      z.string().regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/),
      'a DNS name in small letters',
      'memes.example.com',
    ),
  ),
  ingressIssuer: optional(
    field(
      z.string().regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/),
      'a name of a ClusterIssuer',
      'letsencrypt',
    ),
  ),
  secretRotation: integer(1, 1_000_000, 2),
  monitoring: oneOf(['lab', 'operator', 'none']),
  prometheusRelease: field(
    z
      .string()
      .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/)
      .max(53),
    'the name of a Helm release',
    'kube-prometheus-stack',
  ),
  grafana: oneOf(['anonymous', 'login', 'none']),
  readyTimeout: integer(10, 7200, 600),
} satisfies Record<string, Field<unknown>>;

type Key = keyof typeof FIELDS;
type Values = { [K in Key]: z.output<(typeof FIELDS)[K]['schema']> };

/** Every key of the project's configuration, without its namespace. */
export const CONFIG_KEYS = Object.keys(FIELDS) as readonly Key[];

/**
 * Turns what the engine hands over (one string per key, JSON for objects) into settings.
 *
 * @param raw - values by key without the namespace; keys that nobody declared are faults
 * @param encrypted - keys whose values the stack file holds encrypted
 * @throws Error that lists every fault, one per line: key, value got, values allowed, what to do
 */
export function parseStackConfig(
  raw: Readonly<Record<string, string | undefined>>,
  encrypted: readonly string[] = [],
): StackConfig {
  const faults: string[] = Object.keys(raw)
    .filter((key) => !(key in FIELDS))
    .map((key) => `"${key}": no such key; remove it, the keys are ${CONFIG_KEYS.join(', ')}`);
  const values: Partial<Record<Key, unknown>> = {};
  for (const key of CONFIG_KEYS) {
    const parsed = FIELDS[key].schema.safeParse(raw[key]);
    if (parsed.success) values[key] = parsed.data;
    else faults.push(describeFault(key, raw[key]));
  }
  if (values.hfApiToken !== undefined && !encrypted.includes('hfApiToken')) {
    faults.push(
      '"hfApiToken": got plain text, allowed: an encrypted value; revoke the token if the stack file was shared, then: pulumi config set --secret hfApiToken',
    );
  }
  faults.push(...conflicts(values as Partial<Values>));
  if (faults.length > 0) {
    throw new Error(
      `the configuration of this stack has ${faults.length} fault(s):\n  ${faults.join('\n  ')}`,
    );
  }
  const { hfApiToken, ...settings } = values as Values;
  return Object.freeze({
    ...settings,
    ...(hfApiToken !== undefined && { tokenSecret: tokenSecretName(hfApiToken) }),
  });
}

function describeFault(key: Key, value: string | undefined): string {
  const { allowed, example, secret }: Field<unknown> = FIELDS[key];
  const got = value === undefined ? 'nothing' : secret ? 'a value that does not fit' : `"${value}"`;
  const setting = example.startsWith('--path') ? example : `${key} ${example}`;
  return `"${key}": got ${got}, allowed: ${allowed}; set it, for example: pulumi config set ${setting}`;
}
