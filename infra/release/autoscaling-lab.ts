import * as pulumi from '@pulumi/pulumi';
import { CHART_GROUPS, type ChartGroup, type LabChart } from '../../charts/core/lab-chart';
import { FRONTEND, NATS, VPA } from '../../workloads/protocol/names';
import { natsSecretName } from '../../workloads/protocol/nats-users';
import type { WorkloadImage } from '../images/workload-image';
import { rootAlias } from '../root-alias';
import type { GeneratedCertificateArgs } from '../secrets/generated-certificate';
import { secretKey, type LabSecret } from '../secrets/kubernetes-secret';
import { LabSecrets } from '../secrets/lab-secrets';
import { ChartRelease } from './chart-release';
import { ReleaseGroup } from './release-group';
import { ScalingTargets } from './scaling-targets';

/** A reference that charts use, and what resolves when the cluster can start it. */
export type AvailableImage = Pick<WorkloadImage, 'reference' | 'available'>;

/** The rendered lab, and what its releases need beyond the charts. */
export interface AutoscalingLabArgs {
  /** Each after those that it depends on. */
  readonly charts: readonly LabChart[];
  /** Images that may have to be built first; all others are expected to exist. */
  readonly workloadImages: readonly AvailableImage[];
  /** Another number replaces every generated secret. */
  readonly secretRotation: number;
  /** Whether the charts were built for a NATS with TLS. */
  readonly natsTls: boolean;
  /**
   * The Secret with the worker's token, which the user gives.
   *
   * @default - none, so no chart may declare it
   */
  readonly tokenSecret?: LabSecret;
  /** Name of the Secret for the certificate of the VerticalPodAutoscaler's webhook. */
  readonly vpaCertificateSecret: string;
  /** Longest time one object may take to become ready, in seconds. */
  readonly readySeconds: number;
}

/**
 * The whole lab in one cluster: a component for each group of charts, under it one release per chart.
 * A release waits for the releases, images and Secrets that its chart declares.
 *
 * Give it the cluster's provider: `new AutoscalingLab(name, args, { provider })`.
 */
export class AutoscalingLab extends pulumi.ComponentResource {
  /** The releases by the name of their chart. */
  readonly releases: ReadonlyMap<string, ChartRelease>;
  /** Where pods of the cluster reach NATS. */
  readonly natsUrl: string;
  /** The Secret with a NATS user for people, in {@link natsNamespace}. */
  readonly natsOperatorSecret: string;
  readonly natsNamespace: string;
  /** Where pods of the cluster reach the page. */
  readonly pageUrl: string;

  constructor(name: string, args: AutoscalingLabArgs, opts?: pulumi.ComponentResourceOptions) {
    super('autoscaling-lab:infra:AutoscalingLab', name, {}, opts);
    this.releases = releaseCharts(this, name, args, labSecrets(this, name, args));
    this.natsUrl = args.natsTls ? NATS.tlsUrl : NATS.url;
    this.natsNamespace = NATS.namespace;
    this.natsOperatorSecret = natsSecretName('operator');
    this.pageUrl = `http://${FRONTEND.service}.${FRONTEND.namespace}.svc.cluster.local:${FRONTEND.port}/`;
    this.registerOutputs({
      natsUrl: this.natsUrl,
      natsNamespace: this.natsNamespace,
      natsOperatorSecret: this.natsOperatorSecret,
      pageUrl: this.pageUrl,
    });
  }
}

function labSecrets(
  parent: AutoscalingLab,
  name: string,
  { secretRotation: rotation, natsTls, tokenSecret }: AutoscalingLabArgs,
): LabSecret[] {
  const generated = new LabSecrets(`${name}-secrets`, { rotation, natsTls }, parent);
  return [...generated.all, ...(tokenSecret ? [tokenSecret] : [])];
}

function releaseCharts(
  parent: AutoscalingLab,
  name: string,
  args: AutoscalingLabArgs,
  secrets: readonly LabSecret[],
): Map<string, ChartRelease> {
  const { charts, workloadImages, readySeconds } = args;
  const groups = releaseGroups(parent, name, charts);
  const scaled = new ScalingTargets(charts.flatMap((chart) => chart.objects));
  const certificates = [vpaCertificate(args.vpaCertificateSecret)];
  const releases = new Map<string, ChartRelease>();
  // a Secret that several charts declare is made once, with the first of them
  const made = new Map<string, pulumi.CustomResource>();
  for (const chart of charts) {
    const before = chart.dependsOn.map((needed) => releaseOf(releases, needed));
    const declared = declaredSecrets(chart, secrets, certificates);
    const shared = declared.secrets.map(secretKey).flatMap((key) => made.get(key) ?? []);
    const images = workloadImages.filter(({ reference }) => chart.images.includes(reference));
    const release = new ChartRelease(
      `${name}-${chart.name}`,
      {
        chart,
        needs: [...before, ...shared, ...images.map(({ available }) => available)],
        certificates: declared.certificates,
        secrets: declared.secrets.filter((secret) => !made.has(secretKey(secret))),
        scaled,
        readySeconds,
      },
      { parent: groups.get(chart.group), aliases: [rootAlias(chart.name)] },
    );
    releases.set(chart.name, release);
    for (const [key, secret] of release.secrets) made.set(key, secret);
  }
  return releases;
}

/** A component for each group that has charts. */
function releaseGroups(
  parent: AutoscalingLab,
  name: string,
  charts: readonly LabChart[],
): Map<ChartGroup, ReleaseGroup> {
  const used = CHART_GROUPS.filter((group) => charts.some((chart) => chart.group === group));
  return new Map(
    used.map((group) => [group, new ReleaseGroup(`${name}-${group}`, { parent })] as const),
  );
}

function declaredSecrets(
  chart: LabChart,
  secrets: readonly LabSecret[],
  certificates: readonly GeneratedCertificateArgs[],
): { readonly secrets: LabSecret[]; readonly certificates: GeneratedCertificateArgs[] } {
  const isDeclared = (made: { readonly namespace: string; readonly name: string }) =>
    chart.secrets.some(({ namespace, name }) => made.namespace === namespace && made.name === name);
  const declared = {
    secrets: secrets.filter(isDeclared),
    certificates: certificates.filter(isDeclared),
  };
  const made = [...declared.secrets, ...declared.certificates];
  for (const { namespace, name } of chart.secrets) {
    if (!made.some((each) => each.namespace === namespace && each.name === name)) {
      throw new Error(
        `chart "${chart.name}" declares Secret "${namespace}/${name}", which the lab does not make; ` +
          'add it to the secrets of the lab, or take it out of the declaration',
      );
    }
  }
  return declared;
}

function vpaCertificate(name: string): GeneratedCertificateArgs {
  const { namespace, webhookService, certificateKeys: keys } = VPA;
  return { name, namespace, dnsNames: [`${webhookService}.${namespace}.svc`], keys };
}

function releaseOf(releases: ReadonlyMap<string, ChartRelease>, name: string): ChartRelease {
  const release = releases.get(name);
  if (release === undefined) {
    throw new Error(
      `chart "${name}" is needed before it is released; list it before those that depend on it`,
    );
  }
  return release;
}
