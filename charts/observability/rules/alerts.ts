import { SELECTORS } from '../selectors';
import { RECORDED } from './recording-rules';
import { alertingRule, type RuleGroup } from './rule-group';

const HPA = 'kube_horizontalpodautoscaler_status';
const SAME_HPA = 'on (namespace, horizontalpodautoscaler)';
const LEAST_CACHE_HIT_RATIO = 0.8;
const MOST_THROTTLED = 0.5;
const MOST_REDELIVERED = 0.05;

const increase = (counter: string) => `sum(increase(meme_generator_${counter}[5m]))`;

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
      expr: `${increase('redeliveries_total')} / (${increase('jetstream_messages_total')} > 0) > ${MOST_REDELIVERED}`,
      for: '1m',
      severity: 'warning',
      summary: '{{ $value | humanizePercentage }} of the deliveries are repetitions',
      runbook:
        'look for workers that were killed, and for work that takes longer than the ack wait',
    }),
    alertingRule({
      alert: 'CpuThrottling',
      expr: `${RECORDED.throttling} > ${MOST_THROTTLED}`,
      for: '3m',
      severity: 'warning',
      summary:
        '{{ $labels.namespace }}/{{ $labels.pod }} is held back in {{ $value | humanizePercentage }} of its CPU periods',
      runbook: 'raise the CPU limit of the container, or let it do less at a time',
    }),
    alertingRule({
      alert: 'CacheHitsLow',
      expr: `${RECORDED.cacheHits} < ${LEAST_CACHE_HIT_RATIO}`,
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
