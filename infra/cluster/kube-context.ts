import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { UserError } from '../user-error';

/**
 * Opens the named context of the user's kubeconfig, found as kubectl finds it: the files of
 * `KUBECONFIG`, otherwise `~/.kube/config`. The current context is never looked at.
 *
 * @throws UserError where no file is there, one cannot be read, or the context is in none of them
 */
export function openContext(name: string, env: NodeJS.ProcessEnv = process.env): KubeConfig {
  const candidates = kubeconfigFiles(env);
  const files = candidates.filter((file) => fs.existsSync(file));
  if (files.length === 0) {
    throw new UserError(
      `"KUBECONFIG": got ${env.KUBECONFIG ? `"${env.KUBECONFIG}"` : `nothing, and there is no ${candidates[0]}`}, ` +
        `allowed: an existing kubeconfig with the context "${name}"; for the local cluster run ` +
        '"npm run up" or eval "$(npm run -s env)", for another one set KUBECONFIG',
    );
  }
  const config = merge(files.map(readKubeconfig));
  const context = config.contexts.find((candidate) => candidate.name === name);
  if (context === undefined) {
    const known = config.contexts.map((candidate) => `"${candidate.name}"`);
    throw new UserError(
      `"kubeContext": got "${name}", allowed: ${known.join(', ') || 'none, there is no context'} ` +
        `in ${files.join(', ')}; set the one to deploy to: pulumi config set kubeContext <name>`,
    );
  }
  if (!config.clusters.some((cluster) => cluster.name === context.cluster)) {
    throw new UserError(
      `"kubeContext": got "${name}", whose cluster "${context.cluster}" is not in ${files.join(', ')}; ` +
        'repair the kubeconfig or name another context',
    );
  }
  config.setCurrentContext(name);
  return config;
}

function kubeconfigFiles(env: NodeJS.ProcessEnv): string[] {
  const listed = (env.KUBECONFIG ?? '').split(path.delimiter).filter((file) => file !== '');
  return listed.length > 0 ? listed : [path.join(env.HOME ?? os.homedir(), '.kube', 'config')];
}

function readKubeconfig(file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
  } catch (error) {
    throw new UserError(
      `kubeconfig "${file}" cannot be read: ${(error as Error).message.split('\n')[0]}; repair it or set KUBECONFIG to another one`,
    );
  }
  return config;
}

// kubectl's rule: the first file that has a name wins; client-node's own merge refuses duplicates
function merge(configs: readonly KubeConfig[]): KubeConfig {
  const merged = new KubeConfig();
  merged.loadFromOptions({
    clusters: firstByName(configs.flatMap((config) => config.clusters)),
    users: firstByName(configs.flatMap((config) => config.users)),
    contexts: firstByName(configs.flatMap((config) => config.contexts)),
    currentContext: '',
  });
  return merged;
}

function firstByName<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  return [
    ...new Map([...entries].reverse().map((entry) => [entry.name, entry])).values(),
  ].reverse();
}
