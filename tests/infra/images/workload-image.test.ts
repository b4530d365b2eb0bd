import * as path from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { clusterProvider } from '../../../infra/cluster/cluster-provider';
import type { ImageLoader } from '../../../infra/images/image-loaders/image-loader';
import { AutoscalingLab } from '../../../infra/release/autoscaling-lab';
import {
  WorkloadImage,
  type WorkloadImageArgs,
  imageReference,
} from '../../../infra/images/workload-image';
import { labCharts, VPA_SECRET } from '../support/lab';
import { recordResources } from '../support/recorded-resources';

jest.setTimeout(60_000);

/** A cluster whose images are known, and which counts what it is asked and given. */
class CountingLoader implements ImageLoader {
  asked = 0;
  loaded = 0;

  constructor(private readonly present: Promise<boolean>) {}

  has(): Promise<boolean> {
    this.asked += 1;
    return this.present;
  }

  load(): Promise<void> {
    this.loaded += 1;
    return Promise.resolve();
  }
}

const args = (loader: ImageLoader | undefined): WorkloadImageArgs => ({
  projectRoot: path.join(__dirname, '../../..'),
  workload: 'worker',
  shares: ['process', 'protocol', 'staging'],
  repository: 'registry.example.com/lab',
  baseImage: 'node:20.20.2',
  platform: 'linux/amd64',
  hostPlatform: 'linux/amd64',
  loader,
  builders: [],
  builder: 'auto',
});

test('the reference is known before anything is built, and is what the engine compares', async () => {
  const registrations = recordResources();
  const image = new WorkloadImage('worker', args(undefined));
  expect(image.reference).toMatch(/^registry\.example\.com\/lab\/worker:[0-9a-f]{16}$/);
  expect(image.reference).toBe(imageReference(args(undefined)));
  await new Promise((resolve) => image.urn.apply(resolve));
  expect(registrations).toEqual([
    expect.objectContaining({
      type: 'autoscaling-lab:infra:WorkloadImage',
      name: 'worker',
      inputs: { reference: image.reference },
    }),
  ]);
});

test('a preview asks the cluster nothing', async () => {
  recordResources(true);
  const loader = new CountingLoader(Promise.resolve(false));
  const image = new WorkloadImage('worker', args(loader));
  await expect(image.available).resolves.toBe(image);
  expect(loader).toMatchObject({ asked: 0, loaded: 0 });
});

test('an update builds nothing where the cluster has the image', async () => {
  recordResources();
  const loader = new CountingLoader(Promise.resolve(true));
  const image = new WorkloadImage('worker', args(loader));
  await expect(image.available).resolves.toBe(image);
  expect(loader).toMatchObject({ asked: 1, loaded: 0 });
});

test('an update fails where the cluster lacks the image and nothing can build it', async () => {
  recordResources();
  const loader = new CountingLoader(Promise.resolve(false));
  await expect(new WorkloadImage('worker', args(loader)).available).rejects.toThrow(
    /^"imageBuilder": got "auto", but no image can be built here/,
  );
  expect(loader.loaded).toBe(0);
});

test('the pods that use the image wait for it, the others do not', async () => {
  const registrations = recordResources();
  let arrive: (present: boolean) => void = () => undefined;
  const present = new Promise<boolean>((resolve) => (arrive = resolve));
  const workerImage = new WorkloadImage('worker', args(new CountingLoader(present)));
  const charts = labCharts({
    images: {
      keda: 'keda:2.20.2',
      kedaMetricsApiserver: 'adapter:2.20.2',
      kedaAdmissionWebhooks: 'webhooks:2.20.2',
      vpaRecommender: 'vpa-recommender:1.7.0',
      vpaUpdater: 'vpa-updater:1.7.0',
      vpaAdmissionController: 'vpa-admission-controller:1.7.0',
      nats: 'nats:2.14.9',
      redis: 'redis:7.0.15',
      prometheus: 'prometheus:v3.13.5',
      kubeStateMetrics: 'kube-state-metrics:v2.18.0',
      services: {
        worker: workerImage.reference,
        'auth-callout': 'auth-callout:1',
        observer: 'observer:1',
        load: 'load:1',
        frontend: 'frontend:0123456789abcdef',
      },
    },
    tokenSecret: undefined,
  });
  const { releases } = new AutoscalingLab(
    'lab',
    {
      charts,
      workloadImages: [workerImage],
      secretRotation: 1,
      natsTls: true,
      vpaCertificateSecret: VPA_SECRET,
      readySeconds: 60,
    },
    { provider: clusterProvider('lab') },
  );
  const registered = async (chart: string): Promise<void> => {
    for (const resource of releases.get(chart)?.resources.values() ?? []) {
      await new Promise((resolve) => resource.urn.apply(resolve));
    }
  };
  const kinds = () =>
    registrations
      .filter(({ parent }) => parent === 'lab-Worker' || parent === 'lab-NatsBootstrap')
      .map(({ inputs }) => inputs.kind);

  await registered('Redis');
  await registered('Keda');
  expect(kinds()).toEqual([]);
  arrive(true);
  await registered('Worker');
  expect(kinds()).toEqual(expect.arrayContaining(['Deployment']));
  await pulumi.runtime.disconnect();
});
