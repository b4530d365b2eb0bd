import { App } from 'cdk8s';
import { AuthCallout } from './services/auth-callout/auth-callout';
import { durationOfSeconds } from './constructs/whole-seconds';
import { Frontend } from './services/frontend/frontend';
import { addGuards } from './policies/guards/add-guards';
import { Keda } from './operators/keda';
import { type LabChart, renderChart } from './core/lab-chart';
import { type LabProps } from './lab-props';
import { Load } from './services/load/load';
import { MetricsServer } from './operators/metrics-server';
import { addMonitoring } from './observability/add-monitoring';
import { Namespaces } from './core/namespaces';
import { Nats } from './platform/nats/nats';
import { NatsBootstrap } from './platform/nats/nats-bootstrap';
import { Observer } from './observability/observer';
import { Redis } from './platform/redis/redis';
import { VerticalScalers } from './platform/vertical-scalers';
import { Vpa } from './operators/vpa';
import { Worker } from './services/worker/worker';
import { WorkerScaler } from './services/worker/worker-scaler';
import {
  GRAFANA_SECRET,
  natsServerSecrets,
  natsUserSecret,
  redisSecret,
} from './secret-references';
import { OBSERVER, REDIS, VPA, WORKER } from '../workloads/protocol/names';

/**
 * The one list of charts and their order: every chart comes after those that it depends on. The
 * result is a function of the properties alone; hand it to `checkRules` before it is deployed.
 *
 * @throws where a property is out of bounds or a manifest is not the release that it should be
 */
export function buildCharts(props: LabProps): LabChart[] {
  const app = new App();
  const { images, operatorManifests, natsTls, secretRotation } = props;

  const namespaces = new Namespaces(app, 'Namespaces');
  const metricsServer = addMetricsServer(app, props);
  const keda = new Keda(app, 'Keda', {
    manifest: operatorManifests.keda,
    operatorImage: images.keda,
    metricsApiserverImage: images.kedaMetricsApiserver,
    admissionWebhooksImage: images.kedaAdmissionWebhooks,
  });
  const vpa = new Vpa(app, 'Vpa', {
    manifest: operatorManifests.vpa,
    recommenderImage: images.vpaRecommender,
    updaterImage: images.vpaUpdater,
    admissionControllerImage: images.vpaAdmissionController,
    certificateSecret: props.vpaCertificateSecret,
  });
  const nats = new Nats(app, 'Nats', {
    image: images.nats,
    replicas: props.natsReplicas,
    storage: props.natsStorage,
    tls: natsTls,
    nodePort: props.natsNodePort,
    secretRotation,
  });
  const authCallout = new AuthCallout(app, 'AuthCallout', {
    image: images.authCallout,
    replicas: props.natsReplicas > 1 ? 2 : 1,
    natsTls,
    secretRotation,
  });
  const bootstrap = new NatsBootstrap(app, 'NatsBootstrap', {
    image: images.worker,
    replicas: props.natsReplicas,
    natsTls,
    secretRotation,
  });
  const observer = new Observer(app, 'Observer', {
    image: images.observer,
    natsTls,
    secretRotation,
  });
  const load = new Load(app, 'Load', { image: images.load, natsTls, secretRotation });
  const redis = new Redis(app, 'Redis', {
    image: images.redis,
    storage: props.redisStorage,
    secretRotation,
  });
  const worker = new Worker(app, 'Worker', {
    image: images.worker,
    concurrency: props.workerConcurrency,
    secondsPerMeme: props.workerSecondsPerMeme,
    cacheTtl: props.cacheTtl,
    coreNats: props.coreNats,
    rateLimitPerMinute: props.rateLimitPerMinute,
    promptDenyList: props.promptDenyList,
    otlpEndpoint: props.otlpEndpoint,
    tokenSecret: props.tokenSecret,
    natsTls,
    secretRotation,
  });
  const scaler = new WorkerScaler(app, 'WorkerScaler', {
    target: worker.deployment,
    mode: props.scalingMode,
    concurrency: props.workerConcurrency,
    secondsPerMeme: props.workerSecondsPerMeme,
    drainTarget: durationOfSeconds('drainTarget', props.drainTarget),
    minReplicas: props.minReplicas,
    maxReplicas: props.maxReplicas,
    lagThreshold: props.lagThreshold,
    activationLagThreshold: props.activationLagThreshold,
    pollingInterval: durationOfSeconds('pollingInterval', props.pollingInterval),
    cooldownPeriod: durationOfSeconds('cooldownPeriod', props.cooldownPeriod),
  });
  const verticalScalers = new VerticalScalers(app, 'VerticalScalers', {
    redis: redis.statefulSet,
    worker: worker.deployment,
  });

  const monitoring = addMonitoring(app, props, namespaces);
  const frontend = new Frontend(app, 'Frontend', {
    image: images.frontend,
    scaleDownWindow: durationOfSeconds('frontendScaleDownWindow', props.frontendScaleDownWindow),
    nodePort: props.pageNodePort,
    ingressHost: props.ingressHost,
    ingressIssuer: props.ingressIssuer,
  });

  keda.addDependency(namespaces);
  vpa.addDependency(namespaces);
  nats.addDependency(namespaces);
  observer.addDependency(namespaces, nats);
  redis.addDependency(namespaces);
  load.addDependency(namespaces, bootstrap);
  authCallout.addDependency(namespaces, nats);
  bootstrap.addDependency(namespaces, nats);
  worker.addDependency(namespaces, bootstrap, redis);
  scaler.addDependency(namespaces, keda, bootstrap);
  verticalScalers.addDependency(namespaces, vpa);
  frontend.addDependency(namespaces, nats);

  const charts = [
    renderChart(namespaces, { group: 'platform' }),
    ...(metricsServer ? [renderChart(metricsServer, { group: 'operators', upstream: true })] : []),
    renderChart(keda, { group: 'operators', upstream: true }),
    renderChart(vpa, {
      group: 'operators',
      upstream: true,
      secrets: [{ namespace: VPA.namespace, name: props.vpaCertificateSecret }],
    }),
    renderChart(nats, { group: 'platform', secrets: natsServerSecrets(natsTls) }),
    renderChart(authCallout, {
      secrets: [natsUserSecret('auth-callout')],
      images: [images.authCallout],
    }),
    renderChart(observer, {
      group: 'observability',
      secrets: [natsUserSecret('observer'), redisSecret(OBSERVER.namespace)],
      images: [images.observer],
    }),
    renderChart(redis, { group: 'platform', secrets: [redisSecret(REDIS.namespace)] }),
    renderChart(bootstrap, {
      group: 'platform',
      secrets: [natsUserSecret('bootstrap')],
      images: [images.worker],
    }),
    renderChart(worker, {
      secrets: [
        natsUserSecret('worker'),
        redisSecret(WORKER.namespace),
        ...(props.tokenSecret ? [{ namespace: WORKER.namespace, name: props.tokenSecret }] : []),
      ],
      images: [images.worker],
    }),
    renderChart(load, { secrets: [natsUserSecret('load')], images: [images.load] }),
    renderChart(scaler),
    renderChart(verticalScalers, { group: 'platform' }),
    ...monitoring.map((chart) =>
      renderChart(chart, {
        group: 'observability',
        secrets: chart.node.id === 'Grafana' ? [GRAFANA_SECRET] : [],
      }),
    ),
    renderChart(frontend, { images: [images.frontend] }),
  ];
  return [...charts, ...addGuards(charts, props)];
}

function addMetricsServer(app: App, props: LabProps): MetricsServer | undefined {
  const manifest = props.operatorManifests.metricsServer;
  if (manifest === undefined) return undefined;
  const image = props.images.metricsServer;
  if (image === undefined) {
    throw new Error(
      '"images.metricsServer" is missing while "operatorManifests.metricsServer" is given; ' +
        'give the image to run it from, or leave the manifest out where the cluster has a metrics-server',
    );
  }
  const { kubeletInsecureTls } = props;
  return new MetricsServer(app, 'MetricsServer', { manifest, image, kubeletInsecureTls });
}
