import { rm } from 'node:fs/promises';
import { Buildah } from '../../local/images/buildah';
import { clearInterruptedUp } from '../../local/interrupted-up';
import { type LabContext } from '../../local/lab-context';
import { LabError } from '../../local/lab-error';
import { labEnvironment } from '../../local/lab-environment';
import { type LabVolumes } from '../../local/lab-volumes';
import { step } from '../../local/progress';
import { runPulumiOrFail } from '../../local/pulumi-cli';
import { isLocalStack } from '../../local/stack';
import { stackKubeconfig } from '../../local/stack-kubeconfig';
import { removeLeftStack } from '../../local/stack-removal';

export interface DownOptions {
  /** Removes the lab and leaves the local cluster running. */
  readonly keepCluster?: boolean;
  /** Keeps the lab's volumes for the next `up`. */
  readonly keepVolumes?: boolean;
}

/** Destroys the lab, then the local cluster with all its files on this machine. */
export async function down(lab: LabContext, stack: string, options: DownOptions) {
  const { config, cluster, say } = lab;
  const local = await isLocalStack(stack);
  if (local && options.keepVolumes && !options.keepCluster)
    throw new LabError(
      '"--keep-volumes" has no effect when the local cluster is removed too: add "--keep-cluster"',
    );
  const state = local ? await cluster.state() : 'running';
  if (options.keepCluster && state === 'absent')
    return say('no local cluster to remove the lab from');
  if (options.keepCluster && state !== 'running')
    throw new LabError(
      `the local cluster is ${state}, so the lab cannot be removed from it: run "npm run start:cluster" first, or omit "--keep-cluster"`,
    );
  let destroyed = false;
  if (state === 'running') {
    try {
      if (local && !options.keepCluster) await destroy(lab, stack);
      else {
        const { LabVolumes } = await import('../../local/lab-volumes.ts');
        const volumes = new LabVolumes(await stackKubeconfig(config, stack));
        await destroyAndListVolumes(volumes, lab, stack, options);
      }
      destroyed = true;
    } catch (error) {
      if (!local || options.keepCluster) throw error;
      // the whole cluster is removed next, so a failed destroy does not matter
      say(`${(error as Error).message}\nremoving the local cluster and everything still on it`);
    }
  } else {
    // its workloads are removed with its files
    say(`the local cluster is ${state}: removing its files`);
  }
  if (!local || options.keepCluster) return;
  if (state !== 'absent') {
    await step('removing the local cluster', () => cluster.remove());
    if (!destroyed) await removeLeftStack(lab, stack);
  }
  await new Buildah(config.cacheDir).removeInterrupted();
  await rm(config.stateDir, { recursive: true, force: true });
  say('the lab is removed from this machine; built tools and images stay in the cache');
}

async function destroy({ config, toolchain, say }: LabContext, stack: string): Promise<void> {
  const env = await labEnvironment(config, toolchain, stack, say);
  await runPulumiOrFail(env, ['stack', 'select', '--create', stack]);
  await clearInterruptedUp(env, stack, say);
  await runPulumiOrFail(env, ['destroy', '--yes', '--skip-preview', '--stack', stack]);
  await runPulumiOrFail(env, ['stack', 'rm', '--yes', '--preserve-config', stack]);
}

/** Destroys the lab on a cluster that is kept, and prints which of its volumes remain. */
async function destroyAndListVolumes(
  volumes: LabVolumes,
  lab: LabContext,
  stack: string,
  { keepVolumes }: DownOptions,
): Promise<void> {
  await (keepVolumes ? volumes.keep() : volumes.release());
  await destroy(lab, stack);
  for (const sentence of await volumes.describeRemaining()) lab.say(sentence);
}
