import { clearInterruptedUp } from '../../local/interrupted-up';
import { type LabContext } from '../../local/lab-context';
import { labEnvironment, prepareEnvironment } from '../../local/lab-environment';
import { LabError } from '../../local/lab-error';
import { readPulumi, runPulumiOrFail } from '../../local/pulumi-cli';
import { isLocalStack } from '../../local/stack';
import { stackKubeconfig } from '../../local/stack-kubeconfig';

export interface UpOptions {
  /** How many nodes the local cluster has. */
  readonly nodes?: number;
}

/** Starts or creates the cluster, runs the program on it and prints what to try next. */
export async function up(
  { config, toolchain, cluster, say }: LabContext,
  stack: string,
  { nodes }: UpOptions = {},
) {
  const started = Date.now();
  if (await isLocalStack(stack))
    await cluster.ensureRunning(nodes, () => prepareEnvironment(config, toolchain));
  else if (nodes !== undefined)
    throw new LabError(
      `"--nodes" applies only to the local cluster, and the stack "${stack}" names another: omit it`,
    );
  const env = await labEnvironment(config, toolchain, stack, say);
  await runPulumiOrFail(env, ['stack', 'select', '--create', stack]);
  await clearInterruptedUp(env, stack, say);
  const { LabVolumes } = await import('../../local/lab-volumes.ts');
  const claims = await new LabVolumes(await stackKubeconfig(config, stack)).makeAvailable();
  if (claims.length > 0) say(`reusing the kept volumes of ${claims.join(', ')}`);
  await runPulumiOrFail(env, ['up', '--yes', '--skip-preview', '--stack', stack]);
  const outputs = JSON.parse(
    await readPulumi(env, ['stack', 'output', '--json', '--stack', stack]),
  ) as {
    natsUrl?: string;
    pageUrl?: string;
    prometheusUrl?: string;
    grafana?: string;
    tryNext?: string[];
  };
  say(`the lab is up after ${Math.round((Date.now() - started) / 1000)} s`);
  // the program's outputs have the default port; the local cluster may publish another
  const natsUrl = env.NATS_URL ?? outputs.natsUrl;
  if (natsUrl) say(`NATS: ${natsUrl}`);
  const pageUrl = env.PAGE_URL ?? outputs.pageUrl;
  if (pageUrl) say(`page: ${pageUrl}`);
  if (outputs.prometheusUrl) say(`Prometheus: ${env.PROMETHEUS_URL ?? outputs.prometheusUrl}`);
  if (outputs.grafana) say(`Grafana: ${outputs.grafana}`);
  if (outputs.tryNext) say(['try next:', ...outputs.tryNext].join('\n  '));
}
