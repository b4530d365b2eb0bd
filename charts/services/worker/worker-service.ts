import { WORKER } from '../../../workloads/protocol/names';
import { CONSUMER, IMAGES_BUCKET, MEMES_STREAM } from '../../../workloads/protocol/streams';
import { REPLY_PREFIX, SUBJECTS } from '../../../workloads/protocol/subjects';
import { type Edge, tcp } from '../../core/edge';
import { builtChart, type LabPart } from '../../core/lab-part';
import { ANY_INBOX, consuming } from '../../core/nats-permissions';
import { imageOf, nodeImage, type Service, servicePods } from '../../core/service';
import { Worker } from './worker';
import { WorkerScaler } from './worker-scaler';

const ID = 'Worker';
const IMAGE = nodeImage('worker');
const PODS = servicePods({ namespace: WORKER.namespace, name: WORKER.deployment });

const SCALER: LabPart = {
  id: 'WorkerScaler',
  group: 'services',
  dependsOn: ['Namespaces', 'Keda', 'NatsBootstrap', ID],
  chart: (scope, lab) =>
    new WorkerScaler(scope, 'WorkerScaler', {
      ...lab,
      target: builtChart(scope, ID, Worker).deployment,
    }),
};

/** Turns requests of the queue into memes. */
export const WORKER_SERVICE = {
  id: ID,
  group: 'services',
  name: WORKER.deployment,
  namespace: WORKER.namespace,
  image: IMAGE,
  dependsOn: ['Namespaces', 'NatsBootstrap', 'Redis'],
  natsUser: {
    publish: [
      SUBJECTS.response,
      SUBJECTS.error,
      SUBJECTS.dead,
      `${REPLY_PREFIX}>`,
      ANY_INBOX,
      ...consuming(CONSUMER),
      `$JS.API.STREAM.INFO.${MEMES_STREAM.name}`,
      `$JS.API.STREAM.INFO.OBJ_${IMAGES_BUCKET.name}`,
      `$JS.API.STREAM.PURGE.OBJ_${IMAGES_BUCKET.name}`,
      `$JS.API.STREAM.MSG.GET.OBJ_${IMAGES_BUCKET.name}`,
      `$O.${IMAGES_BUCKET.name}.>`,
    ],
    subscribe: [SUBJECTS.request],
  },
  metricsPort: WORKER.metricsPort,
  connectsTo: ['redis'],
  edges: ({ tokenSecret, otlpEndpoint }) => [
    // the model on the internet
    ...(tokenSecret === undefined ? [] : [tcp(PODS, 'anywhere', 443)]),
    ...(otlpEndpoint === undefined ? [] : [traces(otlpEndpoint)]),
  ],
  secrets: ({ tokenSecret: name }) =>
    name === undefined ? [] : [{ namespace: WORKER.namespace, name }],
  chart: (scope, lab) => new Worker(scope, ID, { ...lab, image: imageOf({ image: IMAGE }, lab) }),
  scaler: SCALER,
} as const satisfies Service;

// a policy sees the port of the pod behind a Service, and knows no names outside the cluster
function traces(endpoint: string): Edge {
  const { protocol, hostname, port } = new URL(endpoint);
  const service = /(?:^|\.)([^.]+)\.svc(?:\.|$)/.exec(hostname);
  // a name without a dot is a Service in the worker's own namespace
  const namespace = hostname.includes('.') ? service?.[1] : PODS.namespace;
  const to = namespace === undefined ? 'anywhere' : { namespace, labels: {} };
  return tcp(PODS, to, Number(port || (protocol === 'https:' ? 443 : 80)));
}
