import IMAGE_FOLDERS from '../../workloads/protocol/image-folders.json';
import { REDIS } from '../../workloads/protocol/names';
import { natsSecretName } from '../../workloads/protocol/nats-users';
import { type LabProps } from '../lab-props';
import { type Edge, type Peer, podsOf } from './edge';
import { type SecretReference } from './lab-chart';
import { type LabPart } from './lab-part';
import { type NatsPermissions } from './nats-permissions';
import { type PlatformPort } from './platform-ports';

/** What an image of this project is built from. */
export interface ServiceImage<Folder extends string = string> {
  /** Folder below `workloads/` with `build.ts` and the Dockerfile; also the image's name. */
  readonly folder: Folder;
  /** Component of the `images` setting that the image is built on. */
  readonly base: 'node' | 'nginx';
  /** Further folders below `workloads/` that its files come from. */
  readonly shares: readonly string[];
}

/**
 * All that the lab knows of one service. NATS' users, Secrets, network policies, images and the order
 * of releases follow from the list of these. Quotas and disruption budgets follow from the rendered
 * Deployments and their autoscalers, so nothing about them is declared.
 */
export interface Service extends LabPart {
  /** Name of its pods (`app.kubernetes.io/name`), of its workload, and of its NATS user. */
  readonly name: string;
  readonly namespace: string;
  readonly image: ServiceImage;
  /**
   * What its NATS user may do; `callout` is the user whom the server asks about browsers. The user's
   * password is in the Secret `nats-<name>`.
   *
   * @default - no user
   */
  readonly natsUser?: NatsPermissions | 'callout';
  /**
   * Port on which Prometheus reads its metrics.
   *
   * @default - no metrics
   */
  readonly metricsPort?: number;
  /**
   * Parts of the platform that it connects to. With a NATS user, NATS' client port is one of them.
   * Whoever connects to Redis gets its password.
   *
   * @default - none
   */
  readonly connectsTo?: readonly PlatformPort[];
  /**
   * Further connections that it makes or accepts. DNS and Prometheus are not among them.
   *
   * @default - none
   */
  edges?(lab: LabProps): readonly Edge[];
  /**
   * Its autoscaler, where that is a release of its own, so that the service does not wait for the
   * autoscaler's operator.
   *
   * @default - its own chart holds the autoscaler, or it has none
   */
  readonly scaler?: LabPart;
}

/** The image of a Node program: bundled from its own folder and those that all programs share. */
export function nodeImage<Folder extends string>(folder: Folder): ServiceImage<Folder> {
  return { folder, base: 'node', shares: IMAGE_FOLDERS.default };
}

/**
 * The reference of a service's image.
 *
 * @throws where the lab's properties name none
 */
export function imageOf({ image: { folder } }: Pick<Service, 'image'>, lab: LabProps): string {
  const reference = lab.images.services[folder];
  if (reference !== undefined) return reference;
  throw new Error(`"images.services" has no "${folder}"; give the reference of its image`);
}

/** The pods of a service. */
export function servicePods({ namespace, name }: Pick<Service, 'namespace' | 'name'>): Peer {
  return podsOf(namespace, name);
}

/** The ports of the platform that a service connects to, its NATS user's included. */
export function platformPortsOf({ natsUser, connectsTo = [] }: Service): readonly PlatformPort[] {
  return natsUser === undefined ? connectsTo : ['natsClient', ...connectsTo];
}

/** The Secrets that a service's pods read. */
export function serviceSecrets(service: Service, lab: LabProps): readonly SecretReference[] {
  const { namespace, name } = service;
  const implied = [
    ...(service.natsUser === undefined ? [] : [natsSecretName(name)]),
    ...(platformPortsOf(service).includes('redis') ? [REDIS.secret] : []),
  ];
  return [
    ...implied.map((secret) => ({ namespace, name: secret })),
    ...(service.secrets?.(lab) ?? []),
  ];
}

/** The parts of a service: itself, with the Secrets and the image that it implies, and its autoscaler. */
export function serviceParts(service: Service): readonly LabPart[] {
  const { scaler } = service;
  const own: LabPart = {
    ...service,
    secrets: (lab) => serviceSecrets(service, lab),
    images: (lab) => [imageOf(service, lab)],
  };
  return scaler === undefined ? [own] : [own, scaler];
}
