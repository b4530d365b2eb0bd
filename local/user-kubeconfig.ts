import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { LabError } from './lab-error';

/**
 * The user's kubeconfig, put together as kubectl does it: the files of `KUBECONFIG` that are there,
 * otherwise `~/.kube/config`, and of two entries with one name the first. It is empty where there is
 * no file.
 *
 * @throws LabError that names the file that cannot be read
 */
export function userKubeConfig(env: NodeJS.ProcessEnv = process.env): KubeConfig {
  const files = kubeconfigFiles(env).filter((file) => existsSync(file));
  const configs = files.map(readKubeconfig);
  const merged = new KubeConfig();
  // client-node's own merge refuses names that come twice and files that are not there
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
      `kubeconfig "${file}" cannot be read: ${reason}; repair it or set KUBECONFIG to another one`,
    );
  }
  return config;
}

function firstByName<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  return entries.filter(
    ({ name }, index) => entries.findIndex((entry) => entry.name === name) === index,
  );
}
