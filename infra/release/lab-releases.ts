import type * as pulumi from '@pulumi/pulumi';
import type { LabChart } from '../../charts/core/lab-chart';
import { natsSecretName } from '../../workloads/protocol/nats-users';
import { NATS, VPA } from '../../workloads/protocol/names';
import { ChartRelease } from './chart-release';
import { GeneratedCertificate } from '../secrets/generated-certificate';
import { kubernetesSecret, type LabSecret } from '../secrets/lab-secrets';
import { ScalingTargets } from './scaling-targets';
import type { WorkloadImage } from '../images/workload-image';

/** A reference that charts use, and what resolves when the cluster can start it. */
export type AvailableImage = Pick<WorkloadImage, 'reference' | 'available'>;

/** What the releases need beyond the charts. */
export interface LabReleasesArgs {
  /** Each after those that it depends on. */
  readonly charts: readonly LabChart[];
  readonly provider: pulumi.ProviderResource;
  /** Images that may have to be built first; all others are taken as they are. */
  readonly workloadImages: readonly AvailableImage[];
  /** Secrets that charts may name; one that no chart names is not made. */
  readonly secrets: readonly LabSecret[];
  /** Name of the Secret for the certificate of the VerticalPodAutoscaler's webhook. */
  readonly vpaCertificateSecret: string;
  /** Longest time one object may take to become ready, in seconds. */
  readonly readySeconds: number;
}

/** One release per chart, each after the releases, the images and the Secrets that its objects use. */
export function releaseLab(args: LabReleasesArgs): ReadonlyMap<string, ChartRelease> {
  const { charts, provider, workloadImages, readySeconds } = args;
  const scaled = new ScalingTargets(charts.flatMap((chart) => chart.objects));
  const releases = new Map<string, ChartRelease>();
  const secrets = new Map<string, pulumi.CustomResource>();
  const authorities = new Map<string, pulumi.Output<string>>();
  for (const chart of charts) {
    const before = chart.dependsOn.map((name) => at(releases, name));
    const needs: pulumi.Input<pulumi.Resource>[] = [...before];
    for (const image of workloadImages) {
      if (mentions(chart, image.reference)) needs.push(image.available);
    }
    for (const secret of args.secrets.filter((each) => isUsedBy(each, chart))) {
      const key = `${secret.namespace}/${secret.name}`;
      const made = secrets.get(key) ?? kubernetesSecret(secret, { provider, dependsOn: before });
      secrets.set(key, made);
      needs.push(made);
    }
    if (mentions(chart, args.vpaCertificateSecret)) {
      const certificate = vpaCertificate(args.vpaCertificateSecret, provider, needs);
      authorities.set(args.vpaCertificateSecret, certificate.caBundle);
      needs.push(certificate);
    }
    const release = new ChartRelease(
      chart.name,
      { chart, needs, scaled, authorities, readySeconds },
      { provider },
    );
    releases.set(chart.name, release);
  }
  return releases;
}

function vpaCertificate(
  name: string,
  provider: pulumi.ProviderResource,
  needs: readonly pulumi.Input<pulumi.Resource>[],
): GeneratedCertificate {
  const { namespace, webhookService, certificateKeys: keys } = VPA;
  const dnsNames = [`${webhookService}.${namespace}.svc`];
  const args = { name, namespace, dnsNames, keys };
  return new GeneratedCertificate(name, args, { provider, dependsOn: [...needs] });
}

function at(releases: ReadonlyMap<string, ChartRelease>, name: string): ChartRelease {
  const release = releases.get(name);
  if (release === undefined) {
    throw new Error(
      `chart "${name}" is needed before it is released; list it before those that depend on it`,
    );
  }
  return release;
}

const OPERATOR = natsSecretName('operator');

// no pod uses the operator's: people at a shell do, as soon as there is a server
function isUsedBy({ name, namespace }: LabSecret, chart: LabChart): boolean {
  if (name === OPERATOR) {
    return chart.objects.some(
      ({ manifest }) =>
        manifest.kind === 'StatefulSet' && manifest.metadata.name === NATS.statefulSet,
    );
  }
  return chart.objects.some(
    ({ manifest }) => manifest.metadata.namespace === namespace && holds(manifest, name),
  );
}

// references and Secret names are unique strings: wherever one stands, the object uses it
function mentions(chart: LabChart, text: string): boolean {
  return chart.objects.some(({ manifest }) => holds(manifest, text));
}

function holds(manifest: object, text: string): boolean {
  return JSON.stringify(manifest).includes(JSON.stringify(text));
}
