import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { RECORDED } from '../../../charts/observability/rules/recording-rules';
import { isAlert, runbookAnchor } from '../../../charts/observability/rules/rule-group';
import { RULE_GROUPS, SHARED_RULE_GROUPS } from '../../../charts/observability/rules/rule-groups';
import { promtool } from '../../support/promtool';

// each starts promtool, on a machine that may be busy
jest.setTimeout(60_000);

/** Series by name with labels, and their values in promtool's notation, fifteen seconds apart. */
type Series = Readonly<Record<string, string>>;

interface RuleTest {
  readonly input_series: readonly { readonly series: string; readonly values: string }[];
  readonly alert_rule_test?: readonly object[];
  readonly promql_expr_test?: readonly object[];
}

const ALL_RULES = RULE_GROUPS.flatMap(({ rules }) => rules);
const ALERTS = ALL_RULES.filter(isAlert);

/** Rules without the alerts' texts, which promtool would compare with the values put in. */
const rulesFile = (groups: typeof RULE_GROUPS) =>
  stringify({
    groups: groups.map((group) => ({
      ...group,
      rules: group.rules.map((rule) => (isAlert(rule) ? { ...rule, annotations: {} } : rule)),
    })),
  });

async function runTest(test: RuleTest, groups = RULE_GROUPS): Promise<void> {
  const document = {
    rule_files: ['rules.yml'],
    evaluation_interval: '15s',
    tests: [{ interval: '15s', ...test }],
  };
  const files = { 'rules.yml': rulesFile(groups), 'test.yml': stringify(document) };
  const { code, stdout, stderr } = await promtool(['test', 'rules', 'test.yml'], files);
  if (code !== 0) throw new Error(`${stdout}${stderr}`);
}

const inputs = (series: Series) =>
  Object.entries(series).map(([name, values]) => ({ series: name, values }));

/** Fails unless exactly these labels alert at this time. */
function alerts(
  alertname: string,
  series: Series,
  eval_time: string,
  labels: readonly Readonly<Record<string, string>>[],
  groups = RULE_GROUPS,
): Promise<void> {
  const severity = ALERTS.find(({ alert }) => alert === alertname)?.labels.severity;
  const exp_alerts = labels.map((own) => ({ exp_labels: { severity, ...own } }));
  const alert_rule_test = [{ eval_time, alertname, exp_alerts }];
  return runTest({ input_series: inputs(series), alert_rule_test }, groups);
}

/** Fails unless the sum over the expression is this value, or it has no series where that is undefined. */
function records(expr: string, series: Series, eval_time: string, value?: number): Promise<void> {
  const exp_samples = value === undefined ? [] : [{ value }];
  return runTest({
    input_series: inputs(series),
    promql_expr_test: [{ expr: `sum(round(${expr}, 0.001))`, eval_time, exp_samples }],
  });
}

const CONSUMER = 'stream_name="MEMES",consumer_name="meme-generator"';
const pending = `jetstream_consumer_num_pending{${CONSUMER}}`;
const ackPending = `jetstream_consumer_num_ack_pending{${CONSUMER}}`;
const success = 'meme_generator_success_total{source="jetstream",pod="worker-1"}';
const replicas = 'kube_deployment_spec_replicas{namespace="meme-generator",deployment="worker"}';
const hpa = 'namespace="meme-generator",horizontalpodautoscaler="keda-hpa-worker"';
const notActive = `kube_horizontalpodautoscaler_status_condition{${hpa},condition="ScalingActive",status="false"}`;
const hpaReplicas = `kube_horizontalpodautoscaler_status_current_replicas{${hpa}}`;

test('a real promtool takes the rules', async () => {
  const { code, stdout, stderr } = await promtool(['check', 'rules', 'rules.yml'], {
    'rules.yml': stringify({ groups: RULE_GROUPS }),
  });
  expect(`${stdout}${stderr}`).toMatch(/SUCCESS: \d+ rules found/);
  expect(code).toBe(0);
});

test('every alert has an entry in the runbook, and names it', () => {
  const runbook = readFileSync(join(__dirname, '../../../docs/runbook.md'), 'utf8');
  const anchors = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading = '']) =>
    heading.toLowerCase().replaceAll(' ', '-'),
  );
  expect(anchors).toEqual(expect.arrayContaining(ALERTS.map(({ alert }) => runbookAnchor(alert))));
});

describe('recording rules', () => {
  const queue = { [pending]: '30x40', [ackPending]: '10x40' };

  test('the backlog is what waits and what is in work', () =>
    records(RECORDED.backlog, queue, '5m', 40));

  test('the drain time is the backlog by the pace', () =>
    records(RECORDED.drainTime, { ...queue, [success]: '0+30x40' }, '5m', 20));

  test('the drain time is zero without a backlog and infinite without a pace', async () => {
    await records(RECORDED.drainTime, { [pending]: '0x40', [ackPending]: '0x40' }, '5m', 0);
    await records(`${RECORDED.drainTime} == bool Inf`, queue, '5m', 1);
  });

  test('seconds per meme are the mean over the pictures that were made', () =>
    records(
      RECORDED.secondsPerMeme,
      {
        'meme_generator_generation_duration_seconds_sum{pod="a"}': '0+6x40',
        'meme_generator_generation_duration_seconds_count{pod="a"}': '0+3x40',
        'meme_generator_generation_duration_seconds_sum{pod="b"}': '0+2x40',
        'meme_generator_generation_duration_seconds_count{pod="b"}': '0+1x40',
      },
      '10m',
      2,
    ));

  test('memes per CPU second count the worker alone', () =>
    records(
      RECORDED.memesPerCpuSecond,
      {
        [success]: '0+30x40',
        'container_cpu_usage_seconds_total{namespace="meme-generator",container="worker",pod="a"}':
          '0+6x40',
        'container_cpu_usage_seconds_total{namespace="cache",container="redis",pod="redis-0"}':
          '0+9x40',
      },
      '10m',
      5,
    ));

  test.each([
    ['one rise and one fall', '0x4 10x10 0x20', 1],
    ['a rise alone', '0x4 1x4 4x4 10x20', 0],
    ['a saw tooth', '10 5 10 7 10 9 10 5 10x20', 4],
  ])('oscillation of %s', (_what, values, steps) =>
    records(RECORDED.oscillation, { [replicas]: values }, '8m', steps),
  );

  test('a ratio without anything to divide by is absent, not a fault', async () => {
    const idle = {
      'meme_generator_cache_hits_total{pod="a"}': '5x40',
      'meme_generator_cache_misses_total{pod="a"}': '5x40',
    };
    await records(RECORDED.cacheHits, idle, '10m');
    await records(RECORDED.utilization, { 'meme_generator_in_flight{pod="a"}': '0x40' }, '10m');
  });
});

describe('alerts', () => {
  test('FrozenAutoscaler: an HPA that decides nothing while pods run', () =>
    alerts('FrozenAutoscaler', { [notActive]: '0x4 1x20', [hpaReplicas]: '1x30' }, '3m', [
      {
        namespace: 'meme-generator',
        horizontalpodautoscaler: 'keda-hpa-worker',
        condition: 'ScalingActive',
        status: 'false',
      },
    ]));

  test('FrozenAutoscaler is silent at zero replicas, where KEDA switches the HPA off, and for a moment', async () => {
    await alerts('FrozenAutoscaler', { [notActive]: '1x40', [hpaReplicas]: '0x40' }, '8m', []);
    const moment = { [notActive]: '0x8 1x3 0x20', [hpaReplicas]: '1x40' };
    await alerts('FrozenAutoscaler', moment, '2m45s', []);
  });

  test('ScalerFailing: KEDA counts errors of a scaler', async () => {
    const labels = {
      namespace: 'meme-generator',
      scaledObject: 'worker',
      scaler: 'natsJetStreamScaler',
    };
    const series = `keda_scaler_detail_errors_total{namespace="meme-generator",scaledObject="worker",scaler="natsJetStreamScaler",triggerIndex="0"}`;
    await alerts('ScalerFailing', { [series]: '0x8 1+1x20' }, '4m', [labels]);
    await alerts('ScalerFailing', { [series]: '7x40' }, '8m', []);
  });

  test('QueueNotMeasured: each reading that can be missing, with its cause', async () => {
    const cause = (text: string) => [{ cause: text }];
    const known = 'lab_queue_known{job="observer"}';
    const up = 'nats_up{job="observer"}';
    const healthy = { [known]: '1x40', [up]: '1x40', [pending]: '0x40' };
    await alerts('QueueNotMeasured', healthy, '5m', []);
    await alerts(
      'QueueNotMeasured',
      { ...healthy, [known]: '1x8 0x30' },
      '3m',
      cause('the observer cannot read the consumer'),
    );
    await alerts(
      'QueueNotMeasured',
      { ...healthy, [known]: '1x8 stale' },
      '3m',
      cause('the observer is not scraped'),
    );
    await alerts(
      'QueueNotMeasured',
      { ...healthy, [up]: '1x8 0x30', [pending]: '0x8 stale' },
      '3m',
      cause('the monitoring endpoint of NATS does not answer'),
    );
    await alerts(
      'QueueNotMeasured',
      { ...healthy, [pending]: '0x8 stale' },
      '3m',
      cause('the monitoring endpoint of NATS does not list the consumer'),
    );
  });

  test('QueueNotMeasured is told within a minute, and not for a moment', async () => {
    const healthy = { 'nats_up{job="observer"}': '1x40', [pending]: '0x40' };
    const known = 'lab_queue_known{job="observer"}';
    const labels = [{ cause: 'the observer cannot read the consumer' }];
    await alerts('QueueNotMeasured', { ...healthy, [known]: '1x8 0x30' }, '3m', labels);
    await alerts('QueueNotMeasured', { ...healthy, [known]: '1x8 0x0 1x30' }, '2m30s', []);
  });

  test('AutoscalerFailing: what the observer calls failing', async () => {
    const labels = { kind: 'ScaledObject', namespace: 'meme-generator', autoscaler: 'worker' };
    const series = (status: string) =>
      `lab_autoscaler_status{kind="ScaledObject",namespace="meme-generator",autoscaler="worker",target="worker",status="${status}"}`;
    await alerts('AutoscalerFailing', { [series('failing')]: '0x8 1x20' }, '3m', [labels]);
    await alerts('AutoscalerFailing', { [series('idle')]: '1x40' }, '3m', []);
  });

  test('WorkersNotActivated: requests wait and KEDA does nothing', async () => {
    const labels = { namespace: 'meme-generator', autoscaler: 'worker', target: 'worker' };
    const series = `lab_autoscaler_not_activated{kind="ScaledObject",namespace="meme-generator",autoscaler="worker",target="worker"}`;
    await alerts('WorkersNotActivated', { [series]: '0x8 1x20' }, '3m15s', [labels]);
    await alerts('WorkersNotActivated', { [series]: '0x8 1x1 0x20' }, '3m', []);
  });

  test('ClusterNotWatched: the observer has lost the API server', async () => {
    const series = 'lab_kubernetes_watching{job="observer"}';
    await alerts('ClusterNotWatched', { [series]: '1x8 0x20' }, '3m', [{}]);
    await alerts('ClusterNotWatched', { [series]: '1x40' }, '3m', []);
  });

  test('BacklogNotDraining: as much as before, for minutes', async () => {
    await alerts('BacklogNotDraining', { [pending]: '50+1x60', [ackPending]: '0x60' }, '10m', [{}]);
    await alerts('BacklogNotDraining', { [pending]: '500-5x60', [ackPending]: '0x60' }, '10m', []);
    await alerts('BacklogNotDraining', { [pending]: '0x60', [ackPending]: '0x60' }, '10m', []);
  });

  test('DeadLetters: the stream of those that were given up is not empty', async () => {
    const series = 'jetstream_stream_total_messages{stream_name="MEME_DEAD"}';
    await alerts('DeadLetters', { [series]: '0x4 2x20' }, '2m', [{}]);
    await alerts('DeadLetters', { [series]: '0x20' }, '2m', []);
  });

  test('Redeliveries: more than one in twenty', async () => {
    const taken = 'meme_generator_jetstream_messages_total{pod="a"}';
    const again = 'meme_generator_redeliveries_total{pod="a"}';
    await alerts('Redeliveries', { [taken]: '0+10x40', [again]: '0+1x40' }, '8m', [{}]);
    await alerts('Redeliveries', { [taken]: '0+100x40', [again]: '0+1x40' }, '8m', []);
  });

  test('CpuThrottling: held back in more than half of the periods', async () => {
    const labels = { namespace: 'meme-generator', pod: 'worker-1', container: 'worker' };
    const of = (part: string) =>
      `container_cpu_cfs_${part}_total{namespace="meme-generator",pod="worker-1",container="worker",node="node"}`;
    const series = (throttled: number) => ({
      [of('periods')]: '0+150x60',
      [of('throttled_periods')]: `0+${throttled}x60`,
    });
    await alerts('CpuThrottling', series(90), '10m', [labels]);
    await alerts('CpuThrottling', series(60), '10m', []);
  });

  test('CacheHitsLow: fewer than four of five', async () => {
    const hits = 'meme_generator_cache_hits_total{pod="a"}';
    const misses = 'meme_generator_cache_misses_total{pod="a"}';
    await alerts('CacheHitsLow', { [hits]: '0+7x60', [misses]: '0+3x60' }, '12m', [{}]);
    await alerts('CacheHitsLow', { [hits]: '0+9x60', [misses]: '0+1x60' }, '12m', []);
    await alerts('CacheHitsLow', { [hits]: '0x60', [misses]: '0x60' }, '12m', []);
  });

  test('StreamsOutOfSync: what cannot be repaired for half a minute', async () => {
    const series = 'meme_generator_streams_in_sync{pod="bootstrap-1"}';
    await alerts('StreamsOutOfSync', { [series]: '1x4 0x20' }, '2m', [{ pod: 'bootstrap-1' }]);
    await alerts('StreamsOutOfSync', { [series]: '1x4 0x1 1x20' }, '3m', []);
  });

  test('RedisUnusable: a worker that goes on without Redis for a minute', async () => {
    const series = 'meme_generator_redis_up{pod="worker-1"}';
    await alerts('RedisUnusable', { [series]: '1x4 0x20' }, '3m', [{ pod: 'worker-1' }]);
    await alerts('RedisUnusable', { [series]: '1x4 0x1 1x20' }, '3m', []);
  });

  test('TargetDown: a target that cannot be scraped', async () => {
    const labels = { job: 'observer', instance: '10.244.0.9:9090' };
    const series = 'up{job="observer",instance="10.244.0.9:9090"}';
    await alerts('TargetDown', { [series]: '1x4 0x20' }, '3m', [labels]);
    await alerts('TargetDown', { [series]: '1x20' }, '3m', []);
  });

  describe("in the cluster's own Prometheus", () => {
    const shared = (
      alertname: string,
      series: Series,
      labels: readonly Readonly<Record<string, string>>[],
    ) => alerts(alertname, series, '6m', labels, SHARED_RULE_GROUPS);
    const inNamespace = (namespace: string) => ({
      up: `up{job="any",namespace="${namespace}"}`,
      inactive: `kube_horizontalpodautoscaler_status_condition{namespace="${namespace}",horizontalpodautoscaler="any",condition="ScalingActive",status="false"}`,
      replicas: `kube_horizontalpodautoscaler_status_current_replicas{namespace="${namespace}",horizontalpodautoscaler="any"}`,
      errors: `keda_scaler_detail_errors_total{namespace="${namespace}",scaledObject="any",scaler="any"}`,
    });

    test('what is not the lab fires nothing', async () => {
      for (const namespace of ['kube-system', 'my-meme-generator']) {
        const { up, inactive, replicas: some, errors } = inNamespace(namespace);
        await shared('TargetDown', { [up]: '0x40' }, []);
        await shared('FrozenAutoscaler', { [inactive]: '1x40', [some]: '1x40' }, []);
        await shared('ScalerFailing', { [errors]: '0+1x40' }, []);
      }
      await shared('TargetDown', { 'up{job="kubelet"}': '0x40' }, []);
    });

    test('what is the lab fires', async () => {
      const namespace = 'meme-generator';
      const { up, inactive, replicas: some, errors } = inNamespace(namespace);
      const hpaLabels = {
        horizontalpodautoscaler: 'any',
        condition: 'ScalingActive',
        status: 'false',
      };
      await shared('TargetDown', { [up]: '0x40' }, [{ namespace, job: 'any' }]);
      await shared('FrozenAutoscaler', { [inactive]: '1x40', [some]: '1x40' }, [
        { namespace, ...hpaLabels },
      ]);
      await shared('ScalerFailing', { [errors]: '0+1x40' }, [
        { namespace, scaledObject: 'any', scaler: 'any' },
      ]);
    });
  });

  test("the lab's own Prometheus scrapes what has no namespace too", () =>
    alerts('TargetDown', { 'up{job="kubelet"}': '0x40' }, '3m', [{ job: 'kubelet' }]));

  test('every alert is tested here', () => {
    const text = readFileSync(__filename, 'utf8');
    for (const { alert } of ALERTS) expect(text).toContain(`alerts('${alert}', `);
  });
});
