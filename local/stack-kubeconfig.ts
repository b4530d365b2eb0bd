import { existsSync } from 'node:fs';
import { type KubeConfig } from '@kubernetes/client-node';
import { type LocalConfig } from './config';
import { LabError } from './lab-error';
import { LOCAL_CONTEXT } from './node/kubeconfig';
import { stackContext } from './stack';

/**
 * The kubeconfig with the context that a stack names as its current one: the local cluster's own
 * file, or the user's (the files of KUBECONFIG, otherwise ~/.kube/config).
 *
 * @throws LabError where there is no local cluster, or the user's file has no such context
 */
export async function stackKubeconfig(
  { kubeconfig: file }: Pick<LocalConfig, 'kubeconfig'>,
  stack: string,
): Promise<KubeConfig> {
  const context = await stackContext(stack);
  const kubeconfig = await (context === LOCAL_CONTEXT ? localKubeConfig(file) : usersKubeConfig());
  const names = kubeconfig.getContexts().map(({ name }) => name);
  if (!names.includes(context))
    throw new LabError(
      `the kubeconfig has no context "${context}" (it has: ${names.join(', ') || 'none'}): name one of these in "kubeContext"`,
    );
  kubeconfig.setCurrentContext(context);
  return kubeconfig;
}

// to load the client takes more than a second, and most commands ask no cluster

async function localKubeConfig(file: string): Promise<KubeConfig> {
  if (!existsSync(file)) throw new LabError('there is no local cluster: "npm run up" makes one');
  const { KubeConfig } = await import('@kubernetes/client-node');
  const kubeconfig = new KubeConfig();
  kubeconfig.loadFromFile(file);
  return kubeconfig;
}

async function usersKubeConfig(): Promise<KubeConfig> {
  const { userKubeConfig } = await import('./user-kubeconfig.ts');
  return userKubeConfig();
}
