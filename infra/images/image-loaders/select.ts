import type { ImageLoaderName } from '../../config/deployment-settings';
import type { StackConfig } from '../../config/settings';
import type { ImageLoader } from './image-loader';
import { k3dLoader } from './k3d';
import { kindLoader } from './kind';
import { localLoader } from './local';
import { minikubeLoader } from './minikube';
import { pushLoader } from './push';
import { UserError } from '../../user-error';

/** Context and name of the cluster that the lab makes on this machine. */
const LOCAL_CONTEXT = 'autoscaling-lab';

const KIND = /^kind-(.+)$/;
const K3D = /^k3d-(.+)$/;

type LoaderSettings = Pick<StackConfig, 'imageLoader' | 'imageRegistry' | 'kubeContext'>;

/**
 * The way by which images get into the cluster of this stack: the configured one, or the one that
 * the registry or the name of the context tells.
 *
 * @throws UserError where nothing tells it
 */
export function loaderName(settings: LoaderSettings): ImageLoaderName {
  const { imageLoader, imageRegistry, kubeContext } = settings;
  if (imageLoader !== 'auto') return imageLoader;
  if (imageRegistry !== undefined) return 'push';
  if (kubeContext === LOCAL_CONTEXT) return 'local';
  if (KIND.test(kubeContext)) return 'kind';
  if (K3D.test(kubeContext)) return 'k3d';
  if (kubeContext === 'minikube') return 'minikube';
  throw new UserError(
    `"imageLoader": got "auto", but the context "${kubeContext}" does not tell how images get there; ` +
      'set a registry that the cluster pulls from (pulumi config set imageRegistry <host/path>), ' +
      'or the loader itself: kind, k3d, minikube, local, or none where the image is there already',
  );
}

/**
 * Whether this is a cluster on the user's own machine, whose kubelets sign their own certificates. The
 * context tells it too: a kind cluster stays one where its images come from a registry.
 */
export function isLocalCluster(loader: ImageLoaderName, context: string): boolean {
  return (
    ['kind', 'k3d', 'minikube', 'local'].includes(loader) ||
    [LOCAL_CONTEXT, 'minikube'].includes(context) ||
    KIND.test(context) ||
    K3D.test(context)
  );
}

/** The loader of a name, for the cluster of a context; nothing for `none`. */
export function imageLoader(
  name: ImageLoaderName,
  context: string,
  projectRoot: string,
): ImageLoader | undefined {
  switch (name) {
    case 'push':
      return pushLoader;
    case 'kind':
      return kindLoader(KIND.exec(context)?.[1] ?? context);
    case 'k3d':
      return k3dLoader(K3D.exec(context)?.[1] ?? context);
    case 'minikube':
      return minikubeLoader(context);
    case 'local':
      return localLoader(projectRoot);
    case 'none':
      return undefined;
  }
}
