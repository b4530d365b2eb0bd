import { type LabContext } from '../../local/lab-context';
import { labEnvironment } from '../../local/lab-environment';
import { LabError } from '../../local/lab-error';
import { runPulumiOrFail } from '../../local/pulumi-cli';
import { isLocalStack } from '../../local/stack';

/** Shows what `up` would change, with a dry run on the API server. */
export async function preview({ config, toolchain, cluster, say }: LabContext, stack: string) {
  if (await isLocalStack(stack)) {
    const state = await cluster.state();
    if (state !== 'running')
      throw new LabError(
        `the local cluster is ${state}, and a preview needs its API server: run "npm run up" first`,
      );
  }
  const env = await labEnvironment(config, toolchain, stack, say);
  await runPulumiOrFail(env, ['stack', 'select', '--create', stack]);
  await runPulumiOrFail(env, ['preview', '--diff', '--stack', stack]);
}
