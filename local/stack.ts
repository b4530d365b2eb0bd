import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { LabError } from './lab-error';
import { LOCAL_CONTEXT } from './node/kubeconfig';

/** The project's folder: where Pulumi.yaml is. */
export const PROJECT_ROOT = join(__dirname, '..');

const KEY = 'autoscaling-lab:kubeContext';

/** The Kubernetes context that a stack names in its settings; the local cluster's where it names none. */
export async function stackContext(stack: string): Promise<string> {
  const file = join(PROJECT_ROOT, `Pulumi.${stack}.yaml`);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return '';
  });
  let settings: { config?: Record<string, unknown> } | null;
  try {
    settings = parse(text) as typeof settings;
  } catch (error) {
    throw new LabError(`"Pulumi.${stack}.yaml" is not YAML: ${(error as Error).message}`);
  }
  const context = settings?.config?.[KEY] ?? LOCAL_CONTEXT;
  if (typeof context !== 'string' || context === '')
    throw new LabError(
      `"${KEY}" in Pulumi.${stack}.yaml is ${JSON.stringify(context)}: give the name of a context, or leave it out for the local cluster`,
    );
  return context;
}

/** Whether a stack runs on this machine's own cluster. */
export async function isLocalStack(stack: string): Promise<boolean> {
  return (await stackContext(stack)) === LOCAL_CONTEXT;
}
