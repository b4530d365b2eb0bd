import { imageLoader } from 'autoscaling-lab/image-loader';
import { WorkloadImage } from 'autoscaling-lab/workload-image';

// workloads/greeter holds build.ts, which puts together what goes into the image, and the Dockerfile
const image = new WorkloadImage('greeter', {
  projectRoot: __dirname,
  workload: 'greeter',
  shares: [],
  repository: 'example',
  baseImage: 'node:20-alpine',
  platform: 'linux/amd64',
  hostPlatform: 'linux/amd64',
  loader: imageLoader('kind', 'kind-demo', __dirname),
  builders: ['docker', 'podman', 'buildah'],
  builder: 'auto',
});

// known before anything is built: the tag is the hash of the folder
export const reference = image.reference;
