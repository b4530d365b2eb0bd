import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { PROJECT_ROOT } from '../../../local/stack';

/** A stack of its own, so that none of the user's is changed. */
export const PROD_STACK = 'three-nodes';

const FILE = join(PROJECT_ROOT, `Pulumi.${PROD_STACK}.yaml`);

/** Settings that name what is outside this machine: the cluster, and where its images go. */
const OUTSIDE = ['kubeContext', 'imageLoader', 'imageRegistry'].map(
  (name) => `autoscaling-lab:${name}`,
);

/**
 * Writes a stack with the settings of `prod`, but for those that name what is outside this machine.
 * @returns the settings that were left out
 */
export async function writeProdStack(): Promise<readonly string[]> {
  const prod = parse(await readFile(join(PROJECT_ROOT, 'Pulumi.prod.yaml'), 'utf8')) as {
    config: Record<string, unknown>;
  };
  const settings = Object.entries(prod.config);
  const kept = settings.filter(([name]) => !OUTSIDE.includes(name));
  await writeFile(FILE, stringify({ config: Object.fromEntries(kept) }));
  return settings.map(([name]) => name).filter((name) => OUTSIDE.includes(name));
}

/** Removes what {@link writeProdStack} wrote. */
export async function removeProdStack(): Promise<void> {
  await rm(FILE, { force: true });
}
