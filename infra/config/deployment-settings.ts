import { boolean, oneOf, optionalText, record, text } from '../../charts/core/setting';
import { isRegistryHost } from '../images/image-reference';
import { WORKLOAD_NAMES } from '../images/workloads';

/** Images the lab runs, by the name that the `images` setting uses; workloads are built on `node` or `nginx`. */
export const IMAGE_COMPONENTS = [
  'keda',
  'keda-metrics-apiserver',
  'keda-admission-webhooks',
  'vpa-recommender',
  'vpa-updater',
  'vpa-admission-controller',
  'metrics-server',
  'nats',
  'redis',
  'prometheus',
  'kube-state-metrics',
  'grafana',
  'node',
  'nginx',
  ...WORKLOAD_NAMES,
] as const;

/** One of {@link IMAGE_COMPONENTS}. */
export type ImageComponent = (typeof IMAGE_COMPONENTS)[number];

/** Ways an image gets into the cluster; `none` means that it is there already. */
export const IMAGE_LOADERS = ['push', 'kind', 'k3d', 'minikube', 'local', 'none'] as const;

/** One of {@link IMAGE_LOADERS}. */
export type ImageLoaderName = (typeof IMAGE_LOADERS)[number];

/** Programs that can build an image. */
export const IMAGE_BUILDERS = ['docker', 'podman', 'buildah'] as const;

/** One of {@link IMAGE_BUILDERS}. */
export type ImageBuilderName = (typeof IMAGE_BUILDERS)[number];

// a reference that names its content: a digest, or a tag that is neither missing nor "latest"
const PINNED_IMAGE = /^[a-z0-9][\w.:/-]*?(?::(?!latest$)[\w][\w.-]{0,127}|@sha256:[0-9a-f]{64})$/;

/** Where the lab is deployed to, and where its images and manifests come from. */
export const DEPLOYMENT_SETTINGS = {
  kubeContext: text({
    pattern: /^\S+$/,
    allowed: 'the name of a context in the kubeconfig, without spaces',
    default: 'autoscaling-lab',
    example: 'autoscaling-lab',
    description:
      'Context of the kubeconfig that the lab is deployed to; no other one is ever touched',
  }),
  imageRegistry: optionalText({
    pattern: /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)*$/,
    accepts: (registry) => isRegistryHost(registry.split('/')[0]),
    allowed:
      'localhost or a host with a dot or a port, then optionally a path, without a scheme and without a closing slash; an account of Docker Hub is docker.io/myuser',
    example: 'registry.example.com/lab',
    description:
      "Registry and path that the lab's own images are pushed to, for example registry.example.com/lab",
  }),
  imageLoader: oneOf(['auto', ...IMAGE_LOADERS], {
    default: 'auto',
    description:
      "How the lab's own images reach the cluster: auto, push, kind, k3d, minikube, local or none",
  }),
  imageBuilder: oneOf(['auto', ...IMAGE_BUILDERS], {
    default: 'auto',
    description: "Program that builds the lab's own images: auto, docker, podman or buildah",
  }),
  images: record({
    keys: IMAGE_COMPONENTS,
    pattern: PINNED_IMAGE,
    allowed: `an object from ${IMAGE_COMPONENTS.join(', ')} to image references with a digest or a tag other than "latest"`,
    example: '--path images.redis docker.io/valkey/valkey:8.1.1',
    description: `Image references used instead of the default ones, by component: ${IMAGE_COMPONENTS.join(', ')}; the lab's own images are built on node and nginx`,
  }),
  imageDigests: boolean({
    default: false,
    description:
      'Resolves the digests of all images at their registries and deploys them beside the tags; images that reach the ' +
      'nodes without a registry keep their tag, and a registry that gives no digest fails the deployment',
  }),
  manifestMirror: optionalText({
    allowed: 'a folder',
    example: './manifests',
    description:
      'Folder with keda-<version>.yaml, vpa-<version>.yaml and metrics-server-<version>.yaml, read instead of ' +
      'their release pages',
  }),
} as const;
