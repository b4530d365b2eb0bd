import * as kubernetes from '@pulumi/kubernetes';

/**
 * The one provider of the program. It reads the files of `KUBECONFIG`, otherwise `~/.kube/config`, by
 * itself, and takes the context by name: neither a credential nor a path of this machine enters the state.
 */
export function clusterProvider(context: string): kubernetes.Provider {
  // where it is left out, the SDK sends KUBECONFIG as the path of one file, also where it lists several;
  // providers take an empty one for unset
  const kubeconfig = '';
  return new kubernetes.Provider('cluster', { kubeconfig, context, enableServerSideApply: true });
}
