import * as pulumi from '@pulumi/pulumi';
import type { KubernetesObject } from '../../charts/core/kubernetes-object';
import type { LabChart, LabObject } from '../../charts/core/lab-chart';
import { kubernetesClass } from './kubernetes-class';
import { caSecretOf, releaseOptions, releasedManifest } from './release-policy';
import type { ScalingTargets } from './scaling-targets';

/** A rendered chart, and what must be up before its first object. */
export interface ChartReleaseArgs {
  readonly chart: LabChart;
  /** Releases, images and secrets that the chart's objects need. */
  readonly needs: readonly pulumi.Input<pulumi.Resource>[];
  readonly scaled: ScalingTargets;
  /**
   * Authorities of generated certificates by the name of their Secret, as a `caBundle` wants them.
   *
   * @default - none, so no object may ask for one
   */
  readonly authorities?: ReadonlyMap<string, pulumi.Output<string>>;
  /** Longest time one object may take to become ready, in seconds. */
  readonly readySeconds: number;
}

/**
 * Each object of a chart as one Pulumi resource. An object is created when everything it depends
 * on, inside the chart and in `needs`, is there and ready; on destroy it goes before them.
 */
export class ChartRelease extends pulumi.ComponentResource {
  /** The resources by their path in the chart. */
  readonly resources: ReadonlyMap<string, pulumi.CustomResource>;

  constructor(name: string, args: ChartReleaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super('autoscaling-lab:infra:ChartRelease', name, {}, opts);
    this.resources = releaseObjects(this, args);
    this.registerOutputs({ objects: this.resources.size });
  }
}

function releaseObjects(
  parent: ChartRelease,
  args: ChartReleaseArgs,
): Map<string, pulumi.CustomResource> {
  const released = new Map<string, pulumi.CustomResource>();
  const authorities = args.authorities ?? new Map<string, pulumi.Output<string>>();
  for (const object of args.chart.objects) {
    const before = object.dependsOn.map((path) => resourceAt(released, path, object));
    const Kind = kubernetesClass(object.manifest.apiVersion, object.manifest.kind);
    const resource = new Kind(
      resourceName(object),
      withAuthority(object, releasedManifest(object, args.chart, args.scaled), authorities),
      {
        parent,
        // a component does not hand its own dependencies down to its children
        dependsOn: [...before, ...args.needs],
        ...releaseOptions(object, args.scaled, args.readySeconds),
      },
    );
    released.set(object.path, resource);
  }
  return released;
}

interface Webhook {
  readonly clientConfig: object;
}

function withAuthority(
  object: LabObject,
  manifest: KubernetesObject,
  authorities: ReadonlyMap<string, pulumi.Output<string>>,
): Record<string, unknown> {
  const secret = caSecretOf(object);
  if (secret === undefined) return manifest;
  const caBundle = authorities.get(secret);
  if (caBundle === undefined) {
    throw new Error(
      `"${object.path}" wants the authority of the certificate in Secret "${secret}", and no such ` +
        'certificate is made; release it with the certificate of that name',
    );
  }
  const webhooks = manifest.webhooks as readonly Webhook[];
  return {
    ...manifest,
    webhooks: webhooks.map((webhook) => ({
      ...webhook,
      clientConfig: { ...webhook.clientConfig, caBundle },
    })),
  };
}

function resourceAt(
  released: ReadonlyMap<string, pulumi.CustomResource>,
  path: string,
  dependent: LabObject,
): pulumi.CustomResource {
  const resource = released.get(path);
  if (resource === undefined) {
    throw new Error(
      `"${dependent.path}" depends on "${path}", which is not before it in its chart; the chart must list an object after those it depends on`,
    );
  }
  return resource;
}

// the construct's path is the identity: a rename there is a replacement here
function resourceName({ path }: LabObject): string {
  return path.replaceAll('/', '-');
}
