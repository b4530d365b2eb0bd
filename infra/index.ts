import { hostPlatform, inspectCluster } from './cluster/cluster';
import { clusterProvider } from './cluster/cluster-provider';
import { loadConfig } from './config/config';
import { imageLoader, loaderName } from './images/image-loaders/select';
import { withDigests } from './images/image-digests';
import { UNSERVED_REPOSITORY, builderOrder, releasedImages } from './images/images';
import { workloadBuilds } from './images/workload-builds';
import { WorkloadImages } from './images/workload-images';
import { AutoscalingLab } from './release/autoscaling-lab';
import { type LabOutputs, labOutputs } from './release/lab-outputs';
import { planLab } from './release/lab-plan';
import { labProps } from './release/lab-props';
import { requireStoredState } from './release/stored-state';

// Pulumi runs the root of the project, wherever the command was typed
const PROJECT_ROOT = process.cwd();

async function deploy(): Promise<LabOutputs> {
  const { settings, tokenSecret, localBases } = loadConfig();
  const cluster = await inspectCluster(settings.kubeContext);
  await requireStoredState(cluster.context, settings);
  const loader = loaderName(settings);
  const images = releasedImages(loader, settings.images, localBases);
  const { references, builds } = workloadBuilds(images, settings.images, {
    projectRoot: PROJECT_ROOT,
    repository: settings.imageRegistry ?? UNSERVED_REPOSITORY,
    platform: cluster.platform,
    hostPlatform: hostPlatform(),
    loader: imageLoader(loader, cluster.context, PROJECT_ROOT),
    builders: builderOrder(loader),
    builder: settings.imageBuilder,
  });
  const built = new WorkloadImages('autoscaling-lab-images', builds).images;
  const tagged = { images, workloads: references };
  const started = settings.imageDigests ? await withDigests(tagged, built) : tagged;
  const props = await labProps({ settings, cluster, loader, ...started });
  new AutoscalingLab(
    'autoscaling-lab',
    {
      ...planLab(props),
      workloadImages: [...built].map(([name, { available }]) => ({
        reference: started.workloads[name],
        available,
      })),
      tokenSecret,
      readySeconds: settings.readyTimeout,
    },
    { provider: clusterProvider(cluster.context) },
  );
  return labOutputs(cluster, props, loader === 'local');
}

export = deploy;
