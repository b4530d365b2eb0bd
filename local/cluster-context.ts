import { KubeConfig } from '@kubernetes/client-node';
import { LabError } from './lab-error';

/**
 * Opens one context of a kubeconfig.
 *
 * @param file kubeconfig to read; the user's own (KUBECONFIG or ~/.kube/config) where it is left out
 * @throws LabError where the context is not in it
 */
export function openContext(context: string, file?: string): KubeConfig {
  const kubeconfig = new KubeConfig();
  if (file) kubeconfig.loadFromFile(file);
  else kubeconfig.loadFromDefault();
  const names = kubeconfig.getContexts().map(({ name }) => name);
  if (!names.includes(context))
    throw new LabError(
      `the kubeconfig has no context "${context}" (it has: ${names.join(', ') || 'none'}): name one of these in "kubeContext"`,
    );
  kubeconfig.setCurrentContext(context);
  return kubeconfig;
}
