import { NAMESPACES, REDIS, WORKER } from '../../workloads/protocol/names';
import { CONSUMER, DEAD_STREAM } from '../../workloads/protocol/streams';

/** Label matchers that rules and dashboards share, to be put between braces. */
export const SELECTORS = {
  /** The consumer that the worker scales on, in the names of NATS' exporter. */
  consumer: `stream_name="${CONSUMER.stream}",consumer_name="${CONSUMER.durable}"`,
  deadLetters: `stream_name="${DEAD_STREAM.name}"`,
  /** The worker's Deployment, in kube-state-metrics' names. */
  worker: `namespace="${WORKER.namespace}",deployment="${WORKER.deployment}"`,
  /** The worker's containers, in cAdvisor's names. */
  workerContainer: `namespace="${WORKER.namespace}",container="${WORKER.container}"`,
  redisContainer: `namespace="${REDIS.namespace}",container="${REDIS.statefulSet}"`,
  /** The namespaces of the lab's own workloads. */
  lab: `namespace=~"${[
    NAMESPACES.memeGenerator,
    NAMESPACES.messaging,
    NAMESPACES.cache,
    NAMESPACES.monitoring,
    NAMESPACES.keda,
  ].join('|')}"`,
} as const;
