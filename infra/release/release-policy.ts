import type { CustomResourceOptions } from '@pulumi/pulumi';
import type { KubernetesObject } from '../../charts/core/kubernetes-object';
import { CA_FROM_SECRET } from '../../charts/core/annotations';
import type { LabChart, LabObject } from '../../charts/core/lab-chart';
import type { ScalingTargets } from './scaling-targets';

/** What Pulumi must know about an object beyond its manifest. */
export interface ReleaseOptions extends CustomResourceOptions {
  readonly ignoreChanges?: string[];
}

/** Fields that others write into objects of ours; setting them again would take them back. */
const WRITTEN_BY_OTHERS: Readonly<Record<string, readonly string[]>> = {
  // KEDA's operator signs its certificates itself and puts its CA here
  APIService: ['spec.caBundle', 'spec.insecureSkipTLSVerify'],
  ValidatingWebhookConfiguration: ['webhooks[*].clientConfig.caBundle'],
  MutatingWebhookConfiguration: ['webhooks[*].clientConfig.caBundle'],
};

/**
 * @param readySeconds - how long the object may take to become ready, or to be gone
 */
export function releaseOptions(
  object: LabObject,
  scaled: ScalingTargets,
  readySeconds: number,
): ReleaseOptions {
  const { manifest } = object;
  const timeout = `${readySeconds}s`;
  const ignoreChanges = [
    ...(scaled.has(object) ? ['spec.replicas'] : []),
    ...(caSecretOf(object) === undefined ? (WRITTEN_BY_OTHERS[manifest.kind] ?? []) : []),
  ];
  return {
    customTimeouts: { create: timeout, update: timeout, delete: timeout },
    ...(ignoreChanges.length > 0 && { ignoreChanges }),
    // KEDA's webhook denies a second ScaledObject on a target, so the old one has to go first
    ...(manifest.kind === 'ScaledObject' && { deleteBeforeReplace: true }),
  };
}

/** Name of the Secret whose authority belongs into a webhook configuration, where it says so. */
export function caSecretOf({ manifest }: LabObject): string | undefined {
  return manifest.metadata.annotations?.[CA_FROM_SECRET];
}

const SKIP_AWAIT = 'pulumi.com/skipAwait';

/**
 * The manifest as Pulumi gets it. A Service is not waited for where its pods come after it in the
 * chart (it would wait for pods that wait for it) and where an autoscaler may keep them at zero.
 * Nothing is lost: the pods of a Service are waited for at their own workload.
 */
export function releasedManifest(
  object: LabObject,
  chart: LabChart,
  scaled: ScalingTargets,
): KubernetesObject {
  const manifest = withoutStatus(object.manifest);
  if (manifest.kind !== 'Service' || !waitsInVain(object, chart, scaled)) return manifest;
  const annotations = { ...manifest.metadata.annotations, [SKIP_AWAIT]: 'true' };
  return { ...manifest, metadata: { ...manifest.metadata, annotations } };
}

// release manifests carry an empty status, which the server would drop and report as a difference
function withoutStatus(manifest: KubernetesObject): KubernetesObject {
  const fields = Object.entries(manifest).filter(([field]) => field !== 'status');
  return Object.fromEntries(fields) as unknown as KubernetesObject;
}

function waitsInVain(service: LabObject, chart: LabChart, scaled: ScalingTargets): boolean {
  return chart.objects.some(
    (other) =>
      selects(service.manifest, other.manifest) &&
      (scaled.has(other) || other.dependsOn.includes(service.path)),
  );
}

interface Selecting {
  readonly selector?: Readonly<Record<string, string>>;
}

interface Templated {
  readonly template?: {
    readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  };
}

function selects(service: KubernetesObject, workload: KubernetesObject): boolean {
  const selector = Object.entries((service.spec as Selecting).selector ?? {});
  const labels = (workload.spec as Templated | undefined)?.template?.metadata?.labels;
  return (
    labels !== undefined &&
    selector.length > 0 &&
    service.metadata.namespace === workload.metadata.namespace &&
    selector.every(([label, value]) => labels[label] === value)
  );
}
