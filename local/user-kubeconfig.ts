import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { LabError } from './lab-error';

/**
 * The user's kubeconfig, merged as kubectl does it: the existing files in `KUBECONFIG`, otherwise
 * `~/.kube/config`; of two entries with the same name the first one counts. It is empty if no file
 * exists.
 *
 * @throws LabError that names the unreadable file
 */
export function userKubeConfig(env: NodeJS.ProcessEnv = process.env): KubeConfig {
  const files = kubeconfigFiles(env).filter((file) => existsSync(file));
  const configs = files.map(readKubeconfig);
  const merged = new KubeConfig();
  // client-node's own merge rejects duplicate names and missing files
  merged.loadFromOptions({
    clusters: firstByName(configs.flatMap((config) => config.clusters)),
    users: firstByName(configs.flatMap((config) => config.users)),
    contexts: firstByName(configs.flatMap((config) => config.contexts)),
    currentContext: configs.map((config) => config.currentContext).find(Boolean) ?? '',
  });
  return merged;
}

function kubeconfigFiles(env: NodeJS.ProcessEnv): string[] {
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '');
  return listed.length > 0 ? listed : [join(env.HOME ?? homedir(), '.kube', 'config')];
}

function readKubeconfig(file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new LabError(
      `kubeconfig "${file}" cannot be read: ${reason}; fix it or set KUBECONFIG to another file`,
    );
  }
  return config;
}

function firstByName<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  return entries.filter(
    ({ name }, index) => entries.findIndex((entry) => entry.name === name) === index,
  );
}
