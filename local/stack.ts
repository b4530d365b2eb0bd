import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { LabError } from './lab-error';
import { LOCAL_CONTEXT } from './node/kubeconfig';

/** The project folder, with Pulumi.yaml. */
export const PROJECT_ROOT = join(__dirname, '..');

const KEY = 'autoscaling-lab:kubeContext';

/**
 * The Kubernetes context in a stack's settings; defaults to the local cluster's.
 * @param stack its name, with or without organization and project: `dev`, `organization/autoscaling-lab/dev`
 * @param project folder with the stacks' settings
 * @throws LabError if the settings cannot be read or the context is not a name
 */
export async function stackContext(stack: string, project = PROJECT_ROOT): Promise<string> {
  const name = `Pulumi.${stack.split('/').at(-1)}.yaml`;
  const file = join(project, name);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return '';
  });
  let settings: { config?: Record<string, unknown> } | null;
  try {
    settings = parse(text) as typeof settings;
  } catch (error) {
    throw new LabError(`"${name}" is not YAML: ${(error as Error).message}`);
  }
  const context = settings?.config?.[KEY] ?? LOCAL_CONTEXT;
  if (typeof context !== 'string' || context === '')
    throw new LabError(
      `"${KEY}" in ${name} is ${JSON.stringify(context)}: give a context name, or omit it for the local cluster`,
    );
  return context;
}

/** Whether a stack runs on the local cluster. */
export async function isLocalStack(stack: string): Promise<boolean> {
  return (await stackContext(stack)) === LOCAL_CONTEXT;
}
