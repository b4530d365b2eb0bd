import { SELECTORS } from '../selectors';
import { RECORDED } from './recording-rules';
import { alertingRule, type RuleGroup } from './rule-group';

const HPA = 'kube_horizontalpodautoscaler_status';
const SAME_HPA = 'on (namespace, horizontalpodautoscaler)';
const MIN_CACHE_HIT_RATIO = 0.8;
const MAX_THROTTLED = 0.5;
const MAX_REDELIVERED = 0.05;

const increase = (counter: string) => `sum(increase(meme_generator_${counter}[5m]))`;

/** Each way in which the number of waiting requests can be missing, with what the alert calls it. */
const NOT_MEASURED: readonly (readonly [cause: string, expr: string])[] = [
  ['the observer cannot read the consumer', 'max(lab_queue_known) == 0'],
  [
    'the observer is not scraped',
    // not before it has been scraped once: a first update starts Prometheus before the observer
    'absent(max(lab_queue_known)) and on () count(count_over_time(lab_queue_known[1h])) > 0',
  ],
  ['the monitoring endpoint of NATS does not answer', 'max(nats_up) == 0'],
  [
    'the monitoring endpoint of NATS does not list the consumer',
    `absent(max(jetstream_consumer_num_pending{${SELECTORS.consumer}})) and max(nats_up) == 1`,
  ],
];

const withCause = ([cause, expr]: (typeof NOT_MEASURED)[number]) =>
  `label_replace(${expr}, "cause", "${cause}", "", "")`;

/**
 * What somebody should look at; each has an entry in the runbook.
 *
 * @param targets selector of the series `up` whose targets have to answer
 */
export const alerts = (targets: string): RuleGroup => ({
  name: 'lab-alerts',
  rules: [
    alertingRule({
      alert: 'FrozenAutoscaler',
      // at zero replicas KEDA's HPA is switched off on purpose, which is the same condition
      expr: `${HPA}_condition{${SELECTORS.lab},condition="ScalingActive",status="false"} == 1 and ${SAME_HPA} ${HPA}_current_replicas{${SELECTORS.lab}} > 0`,
      for: '1m',
      severity: 'critical',
      summary:
        'HPA {{ $labels.namespace }}/{{ $labels.horizontalpodautoscaler }} decides nothing while its pods run',
      runbook:
        'read the condition ScalingActive of the HPA: AmbiguousSelector means two HPAs on the same pods',
    }),
    alertingRule({
      alert: 'ScalerFailing',
      expr: `sum by (namespace, scaledObject, scaler) (increase(keda_scaler_detail_errors_total{${SELECTORS.lab}}[2m])) > 0`,
      for: '1m',
      severity: 'critical',
      summary: 'KEDA cannot read what {{ $labels.scaledObject }} scales on',
      runbook:
        'read the events of the ScaledObject: its source is away, or its consumer does not exist',
    }),
    alertingRule({
      alert: 'StreamsOutOfSync',
      expr: 'meme_generator_streams_in_sync == 0',
      for: '30s',
      severity: 'critical',
      summary:
        'a stream, the bucket or the consumer differs from the desired state and cannot be repaired',
      runbook: 'the log of Deployment bootstrap names the reason and the fix',
    }),
    alertingRule({
      alert: 'QueueNotMeasured',
      expr: NOT_MEASURED.map(withCause).join(' or '),
      for: '30s',
      severity: 'critical',
      summary: 'The number of waiting requests is not known: {{ $labels.cause }}',
      runbook:
        'npm run status says what is missing; the workers stay as many as they are meanwhile',
    }),
    alertingRule({
      alert: 'AutoscalerFailing',
      expr: 'max by (kind, namespace, autoscaler) (lab_autoscaler_status{status="failing"}) == 1',
      for: '30s',
      severity: 'critical',
      summary: '{{ $labels.kind }} {{ $labels.namespace }}/{{ $labels.autoscaler }} does not scale',
      runbook: 'the page and npm run status show its reason',
    }),
    alertingRule({
      alert: 'WorkersNotActivated',
      expr: 'max by (namespace, autoscaler, target) (lab_autoscaler_not_activated) == 1',
      for: '45s',
      severity: 'critical',
      summary: 'Requests wait, but KEDA does not scale {{ $labels.target }} up from its minimum',
      runbook: 'check that the pods of KEDA run, and their logs',
    }),
    alertingRule({
      alert: 'ClusterNotWatched',
      expr: 'max(lab_kubernetes_watching) == 0',
      for: '30s',
      severity: 'warning',
      summary:
        'The observer does not see the cluster: what it reports of pods and autoscalers is old',
      runbook: 'check the API server, and the permissions and the log of the observer',
    }),
    alertingRule({
      alert: 'BacklogNotDraining',
      expr: `min_over_time(${RECORDED.backlog}[3m]) > 0 and deriv(${RECORDED.backlog}[3m]) >= 0`,
      for: '2m',
      severity: 'warning',
      summary: '{{ $value }} requests or more have waited for minutes and do not become fewer',
      runbook:
        'compare replicas wanted, ready and the most allowed; then look for errors of the worker',
    }),
    alertingRule({
      alert: 'DeadLetters',
      expr: `max(jetstream_stream_total_messages{${SELECTORS.deadLetters}}) > 0`,
      for: '0m',
      severity: 'warning',
      summary: '{{ $value }} requests were given up and wait for a person',
      runbook: 'npm run dead-letters shows each with its reason, and sends it again',
    }),
    alertingRule({
      alert: 'Redeliveries',
      expr: `${increase('redeliveries_total')} / (${increase('jetstream_messages_total')} > 0) > ${MAX_REDELIVERED}`,
      for: '1m',
      severity: 'warning',
      summary: '{{ $value | humanizePercentage }} of the deliveries are repetitions',
      runbook:
        'look for workers that were killed, and for work that takes longer than the ack wait',
    }),
    alertingRule({
      alert: 'CpuThrottling',
      expr: `${RECORDED.throttling} > ${MAX_THROTTLED}`,
      for: '3m',
      severity: 'warning',
      summary:
        '{{ $labels.namespace }}/{{ $labels.pod }} is held back in {{ $value | humanizePercentage }} of its CPU periods',
      runbook: 'raise the CPU limit of the container, or let it do less at a time',
    }),
    alertingRule({
      alert: 'CacheHitsLow',
      expr: `${RECORDED.cacheHits} < ${MIN_CACHE_HIT_RATIO}`,
      for: '5m',
      severity: 'info',
      summary: '{{ $value | humanizePercentage }} of the pictures came out of the cache',
      runbook:
        'new prompts miss by nature; otherwise look for evictions of Redis and for a short cacheTtl',
    }),
    alertingRule({
      alert: 'RedisUnusable',
      expr: 'meme_generator_redis_up == 0',
      for: '1m',
      severity: 'warning',
      summary:
        '{{ $labels.pod }} works without cache and claims: Redis does not answer or is a replica',
      runbook:
        'look at the Redis pod and its log; until it is back, pictures are made again and a request may be answered twice',
    }),
    alertingRule({
      alert: 'TargetDown',
      expr: `${targets} == 0`,
      for: '1m',
      severity: 'warning',
      summary: 'Prometheus cannot scrape {{ $labels.job }} at {{ $labels.instance }}',
      runbook:
        'what is not scraped is missing in dashboards, in other alerts and for scaling mode kpi',
    }),
  ],
});
