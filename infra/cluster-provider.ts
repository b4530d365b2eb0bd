import * as kubernetes from '@pulumi/kubernetes';

/**
 * The one provider of the program. It takes the kubeconfig from where the program looked, so that
 * no credential enters the state, and the context by name.
 */
export function clusterProvider(context: string): kubernetes.Provider {
  return new kubernetes.Provider('cluster', { context, enableServerSideApply: true });
}
