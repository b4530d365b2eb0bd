import type { CustomResourceOptions } from '@pulumi/pulumi';
import type { KubernetesObject } from '../../charts/core/kubernetes-object';
import { CA_FROM_SECRET } from '../../charts/core/annotations';
import type { LabChart, LabObject } from '../../charts/core/lab-chart';
import type { ScalingTargets } from './scaling-targets';

/** Resource options that follow from an object. */
export interface ReleaseOptions extends CustomResourceOptions {
  readonly ignoreChanges?: string[];
}

/** Fields that controllers in the cluster write; setting them here would undo that. */
const WRITTEN_BY_OTHERS: Readonly<Record<string, readonly string[]>> = {
  // KEDA's operator signs its certificates itself and puts its CA here
  APIService: ['spec.caBundle', 'spec.insecureSkipTLSVerify'],
  ValidatingWebhookConfiguration: ['webhooks[*].clientConfig.caBundle'],
  MutatingWebhookConfiguration: ['webhooks[*].clientConfig.caBundle'],
};

/**
 * @param readySeconds - how long the object may take to become ready, or to be deleted
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
    // KEDA's webhook denies a second ScaledObject on a target, so the old one is deleted first
    ...(manifest.kind === 'ScaledObject' && { deleteBeforeReplace: true }),
  };
}

/** Name of the Secret whose authority a webhook configuration asks for; undefined if it does not. */
export function caSecretOf({ manifest }: LabObject): string | undefined {
  return manifest.metadata.annotations?.[CA_FROM_SECRET];
}

const SKIP_AWAIT = 'pulumi.com/skipAwait';

/**
 * The manifest as Pulumi gets it. Pulumi does not wait for a Service whose pods come after it in the
 * chart (it would wait for pods that wait for it) or whose pods an autoscaler may keep at zero. It
 * still waits for the pods, at their own workload.
 */
export function releasedManifest(
  object: LabObject,
  chart: LabChart,
  scaled: ScalingTargets,
): KubernetesObject {
  const manifest = withoutStatus(object.manifest);
  if (manifest.kind !== 'Service' || !neverReady(object, chart, scaled)) return manifest;
  const annotations = { ...manifest.metadata.annotations, [SKIP_AWAIT]: 'true' };
  return { ...manifest, metadata: { ...manifest.metadata, annotations } };
}

// release manifests carry an empty status, which the server would drop and report as a difference
function withoutStatus(manifest: KubernetesObject): KubernetesObject {
  const fields = Object.entries(manifest).filter(([field]) => field !== 'status');
  return Object.fromEntries(fields) as unknown as KubernetesObject;
}

function neverReady(service: LabObject, chart: LabChart, scaled: ScalingTargets): boolean {
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
