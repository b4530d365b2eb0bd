import type * as pulumi from '@pulumi/pulumi';
import type { LabChart } from '../charts/lab-chart';
import { WORKER } from '../workloads/protocol/names';
import { ChartRelease } from './chart-release';
import { ScalingTargets } from './scaling-targets';
import { tokenSecret } from './token-secret';
import type { WorkloadImage } from './workload-image';

/** What the releases need beyond the charts. */
export interface LabReleasesArgs {
  /** Each after those that it depends on. */
  readonly charts: readonly LabChart[];
  readonly provider: pulumi.ProviderResource;
  /** Images that may have to be built first; all others are taken as they are. */
  readonly workloadImages: readonly WorkloadImage[];
  /**
   * @default - no Secret is made
   */
  readonly huggingFaceToken?: pulumi.Output<string>;
  /** Longest time one object may take to become ready, in seconds. */
  readonly readySeconds: number;
}

/** One release per chart, each after the releases, the images and the Secret that its objects use. */
export function releaseLab(args: LabReleasesArgs): ReadonlyMap<string, ChartRelease> {
  const { charts, provider, workloadImages, huggingFaceToken, readySeconds } = args;
  const scaled = new ScalingTargets(charts.flatMap((chart) => chart.objects));
  const releases = new Map<string, ChartRelease>();
  for (const chart of charts) {
    const needs: pulumi.Input<pulumi.Resource>[] = chart.dependsOn.map((name) =>
      at(releases, name),
    );
    for (const { reference, available } of workloadImages) {
      if (mentions(chart, reference)) needs.push(available);
    }
    if (huggingFaceToken !== undefined && mentions(chart, WORKER.secret)) {
      needs.push(tokenSecret(huggingFaceToken, { provider, dependsOn: [...needs] }));
    }
    const release = new ChartRelease(
      chart.name,
      { chart, needs, scaled, readySeconds },
      { provider },
    );
    releases.set(chart.name, release);
  }
  return releases;
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

// references and Secret names are unique strings: wherever one stands, the object uses it
function mentions(chart: LabChart, text: string): boolean {
  return chart.objects.some(({ manifest }) =>
    JSON.stringify(manifest).includes(JSON.stringify(text)),
  );
}
