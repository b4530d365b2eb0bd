import * as pulumi from '@pulumi/pulumi';
import type { KubernetesObject } from '../../charts/core/kubernetes-object';
import type { LabChart, LabObject } from '../../charts/core/lab-chart';
import { rootAlias } from '../root-alias';
import {
  GeneratedCertificate,
  type GeneratedCertificateArgs,
} from '../secrets/generated-certificate';
import { kubernetesSecret, secretKey, type LabSecret } from '../secrets/kubernetes-secret';
import { kubernetesClass } from './kubernetes-class';
import { caSecretOf, releaseOptions, releasedManifest } from './release-policy';
import type { ScalingTargets } from './scaling-targets';

/** A rendered chart, and what its first object waits for. */
export interface ChartReleaseArgs {
  readonly chart: LabChart;
  /** Releases and images that must be ready first. */
  readonly needs: readonly pulumi.Input<pulumi.Resource>[];
  readonly scaled: ScalingTargets;
  /**
   * Secrets that are made with this release, before the chart's objects.
   *
   * @default - none
   */
  readonly secrets?: readonly LabSecret[];
  /**
   * Certificates that are made with this release. An object that is annotated with the name of a
   * certificate's Secret gets its authority as `caBundle`.
   *
   * @default - none, so no object may ask for one
   */
  readonly certificates?: readonly GeneratedCertificateArgs[];
  /** Longest time one object may take to become ready, in seconds. */
  readonly readySeconds: number;
}

/**
 * Each object of a chart as one Pulumi resource. An object is created when everything that it depends
 * on, in the chart and in `needs`, is ready; on destroy it is deleted before them.
 */
export class ChartRelease extends pulumi.ComponentResource {
  /** The resources of the chart's objects by their path in the chart. */
  readonly resources: ReadonlyMap<string, pulumi.CustomResource>;
  /** The Secrets that this release makes, by `secretKey`. */
  readonly secrets: ReadonlyMap<string, pulumi.CustomResource>;

  constructor(name: string, args: ChartReleaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super('autoscaling-lab:infra:ChartRelease', name, {}, opts);
    this.secrets = releaseSecrets(this, name, args);
    const certificates = releaseCertificates(this, name, args);
    this.resources = releaseObjects(this, name, args, [...this.secrets.values()], certificates);
    this.registerOutputs({ objects: this.resources.size });
  }
}

function releaseSecrets(
  parent: ChartRelease,
  name: string,
  { secrets = [], needs }: ChartReleaseArgs,
): Map<string, pulumi.CustomResource> {
  const opts = { parent, dependsOn: [...needs] };
  return new Map(
    secrets.map((secret) => [
      secretKey(secret),
      kubernetesSecret(`${name}-Secret-${secret.name}`, secret, opts),
    ]),
  );
}

/** By the name of their Secret. */
function releaseCertificates(
  parent: ChartRelease,
  name: string,
  { certificates = [], needs }: ChartReleaseArgs,
): Map<string, GeneratedCertificate> {
  return new Map(
    certificates.map((certificate) => [
      certificate.name,
      new GeneratedCertificate(`${name}-${certificate.name}`, certificate, {
        parent,
        dependsOn: [...needs],
        aliases: [rootAlias(certificate.name)],
      }),
    ]),
  );
}

function releaseObjects(
  parent: ChartRelease,
  name: string,
  { chart, needs, scaled, readySeconds }: ChartReleaseArgs,
  secrets: readonly pulumi.CustomResource[],
  certificates: ReadonlyMap<string, GeneratedCertificate>,
): Map<string, pulumi.CustomResource> {
  const released = new Map<string, pulumi.CustomResource>();
  for (const object of chart.objects) {
    const before = object.dependsOn.map((path) => resourceAt(released, path, object));
    const Kind = kubernetesClass(object.manifest.apiVersion, object.manifest.kind);
    const resource = new Kind(
      resourceName(name, object, chart),
      withAuthority(object, releasedManifest(object, chart, scaled), certificates),
      {
        parent,
        // a component's dependencies do not apply to its children
        dependsOn: [...before, ...needs, ...secrets, ...certificates.values()],
        // older stacks name it by its path
        aliases: [{ name: object.path.replaceAll('/', '-') }],
        ...releaseOptions(object, scaled, readySeconds),
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
  certificates: ReadonlyMap<string, GeneratedCertificate>,
): Record<string, unknown> {
  const secret = caSecretOf(object);
  if (secret === undefined) return manifest;
  const caBundle = certificates.get(secret)?.caBundle;
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
      `"${dependent.path}" depends on "${path}", which does not come before it in its chart; list an object after those that it depends on`,
    );
  }
  return resource;
}

// the construct's path is the identity: a rename there is a replacement here
function resourceName(release: string, { path }: LabObject, { name }: LabChart): string {
  const inChart = path.startsWith(`${name}/`) ? path.slice(name.length + 1) : path;
  return `${release}-${inChart.replaceAll('/', '-')}`;
}
