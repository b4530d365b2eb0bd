import { buildCharts } from '../charts/index';
import type { LabChart } from '../charts/core/lab-chart';
import type { LabProps } from '../charts/lab-props';
import { checkRules } from '../charts/policies/rules/check-rules';
import { hostPlatform, inspectCluster } from './cluster/cluster';
import { clusterProvider } from './cluster/cluster-provider';
import { loadConfig } from './config/config';
import { imageLoader, loaderName } from './images/image-loaders/select';
import { withDigests } from './images/image-digests';
import { UNSERVED_REPOSITORY, builderOrder, releasedImages } from './images/images';
import { type LabOutputs, labOutputs } from './release/lab-outputs';
import { labProps } from './release/lab-props';
import { releaseLab } from './release/lab-releases';
import { LabSecrets } from './secrets/lab-secrets';
import { UserError } from './user-error';
import { workloadBuilds } from './images/workload-builds';
import { WorkloadImage } from './images/workload-image';

// Pulumi runs the root of the project, wherever the command was typed
const PROJECT_ROOT = process.cwd();

async function deploy(): Promise<LabOutputs> {
  const { settings, tokenSecret, localBases } = loadConfig();
  const cluster = await inspectCluster(settings.kubeContext);
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
  const workloadImages = new Map(
    [...builds].map(([name, args]) => [name, new WorkloadImage(name, args)]),
  );
  const tagged = { images, workloads: references };
  const started = settings.imageDigests ? await withDigests(tagged, workloadImages) : tagged;
  const props = await labProps({ settings, cluster, loader, ...started });
  const charts = plannedCharts(props);
  releaseLab({
    charts,
    provider: clusterProvider(cluster.context),
    workloadImages: [...workloadImages].map(([name, { available }]) => ({
      reference: started.workloads[name],
      available,
    })),
    secrets: [
      ...new LabSecrets({ rotation: settings.secretRotation, natsTls: settings.natsTls }).all,
      ...(tokenSecret === undefined ? [] : [tokenSecret]),
    ],
    vpaCertificateSecret: props.vpaCertificateSecret,
    readySeconds: settings.readyTimeout,
  });
  return labOutputs(cluster, props, loader === 'local');
}

// what charts refuse is a setting, a manifest or an image that the user chose
function plannedCharts(props: LabProps): LabChart[] {
  try {
    const charts = buildCharts(props);
    checkRules(charts);
    return charts;
  } catch (error) {
    throw new UserError((error as Error).message);
  }
}

export = deploy;
