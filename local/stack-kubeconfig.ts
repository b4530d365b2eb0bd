import { existsSync } from 'node:fs';
import { type KubeConfig } from '@kubernetes/client-node';
import { type LocalConfig } from './config';
import { LabError } from './lab-error';
import { LOCAL_CONTEXT } from './node/kubeconfig';
import { stackContext } from './stack';

/**
 * The kubeconfig with the stack's context as the current one: the local cluster's own file, or the
 * user's (the files in KUBECONFIG, otherwise ~/.kube/config).
 *
 * @throws LabError if there is no local cluster, or the user's file does not have the context
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
      `the kubeconfig has no context "${context}" (it has: ${names.join(', ') || 'none'}): set "kubeContext" to one of these`,
    );
  kubeconfig.setCurrentContext(context);
  return kubeconfig;
}

// imported on demand: loading the client takes over a second, and most commands do not need it

async function localKubeConfig(file: string): Promise<KubeConfig> {
  if (!existsSync(file))
    throw new LabError('there is no local cluster: create it with "npm run up"');
  const { KubeConfig } = await import('@kubernetes/client-node');
  const kubeconfig = new KubeConfig();
  kubeconfig.loadFromFile(file);
  return kubeconfig;
}

async function usersKubeConfig(): Promise<KubeConfig> {
  const { userKubeConfig } = await import('./user-kubeconfig.ts');
  return userKubeConfig();
}
