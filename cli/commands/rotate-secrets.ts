import { type LabContext } from '../../local/lab-context';
import { labEnvironment } from '../../local/lab-environment';
import { LabError } from '../../local/lab-error';
import { readPulumi, runPulumiOrFail } from '../../local/pulumi-cli';
import { isLocalStack } from '../../local/stack';
import { up } from './up';

const KEY = 'secretRotation';

/** Replaces every generated secret: increments the setting and runs `up`. */
export async function rotateSecrets(lab: LabContext, stack: string): Promise<void> {
  const { config, toolchain, cluster, say } = lab;
  const state = (await isLocalStack(stack)) ? await cluster.state() : 'running';
  if (state !== 'running')
    throw new LabError(
      `the local cluster is ${state}, so it has no secrets to replace: run "npm run up" first`,
    );
  const env = await labEnvironment(config, toolchain, stack, say);
  await runPulumiOrFail(env, ['stack', 'select', '--create', stack]);
  const settings = JSON.parse(
    await readPulumi(env, ['config', '--json', '--stack', stack]),
  ) as Record<string, { readonly value?: string } | undefined>;
  const next = nextRotation(settings[`autoscaling-lab:${KEY}`]?.value);
  await runPulumiOrFail(env, ['config', 'set', KEY, String(next), '--stack', stack]);
  say(`"${KEY}" of the stack "${stack}" is ${next}: every generated secret is replaced`);
  await up(lab, stack);
}

/**
 * The current rotation number plus one.
 *
 * @param current the setting's text; defaults to the first number
 * @throws LabError if it is not a whole number
 */
export function nextRotation(current = '1'): number {
  if (!/^[1-9]\d{0,6}$/.test(current))
    throw new LabError(
      `"${KEY}" is "${current}", allowed: a whole number from 1; set one: pulumi config set ${KEY} 1`,
    );
  return Number(current) + 1;
}
