import { RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  BytesIEC,
  Percent,
  RequestsPerSecond,
  Seconds,
  Short,
} from '@grafana/grafana-foundation-sdk/units';
import { RECORDED } from '../rules/recording-rules';
import { SELECTORS } from '../selectors';
import { type Dashboard, labDashboard } from './dashboard';
import { recommended, replicas, requested, SCALED } from './lab-series';
import { CPU_CORES, figure, type PanelQuery, trend } from './panel';

const FIGURE = { width: 6, height: 6 } as const;
/** A third of the screen: the three autoscalers stand side by side. */
const COLUMN = { width: 8, height: 9 } as const;
const COLUMN_FIGURE = { width: 8, height: 5 } as const;

const { worker, page, redis } = SCALED;
const PAGE_CPU = `lab_autoscaler_metric{namespace="${page.namespace}",autoscaler="${page.name}",metric="cpu"`;

const readyAndWanted = (workload: typeof worker | typeof page): PanelQuery[] => [
  { expr: replicas(workload, 'wanted'), legend: 'wanted' },
  { expr: replicas(workload, 'ready'), legend: 'ready' },
];

/** Three autoscalers side by side, to be read from the back of a room. */
export function demoDashboard(): Dashboard {
  const builder = labDashboard({
    uid: 'lab-demo',
    title: 'Autoscaling lab',
    description: 'KEDA on the queue, an HPA on CPU and a VerticalPodAutoscaler, side by side',
  });
  for (const panel of [...headline(), ...sizes(), ...reasons()]) builder.withPanel(panel);
  builder.withRow(new RowBuilder('How well the worker is scaled'));
  for (const panel of quality()) builder.withPanel(panel);
  return builder.build();
}

function headline() {
  return [
    figure({
      ...FIGURE,
      title: 'Requests waiting',
      description: 'What KEDA scales the worker on',
      unit: Short,
      queries: [{ expr: RECORDED.backlog, legend: 'requests' }],
    }),
    figure({
      ...FIGURE,
      title: 'Memes per second',
      description: 'Requests answered with a picture',
      unit: RequestsPerSecond,
      queries: [{ expr: RECORDED.memes, legend: 'memes' }],
    }),
    figure({
      ...FIGURE,
      title: 'Queue empty in',
      description: 'At the present pace',
      unit: Seconds,
      queries: [{ expr: RECORDED.drainTime, legend: 'seconds' }],
    }),
    figure({
      ...FIGURE,
      title: 'Frozen autoscalers',
      description: 'Two that select the same pods both stand still',
      unit: Short,
      alarmFrom: 1,
      queries: [
        {
          expr: 'sum(lab_autoscaler_frozen{kind="HorizontalPodAutoscaler"})',
          legend: 'autoscalers',
        },
      ],
    }),
  ];
}

function sizes() {
  return [
    figure({
      ...COLUMN_FIGURE,
      title: 'Worker, scaled by KEDA',
      description: 'Pods that are ready',
      unit: Short,
      queries: [{ expr: replicas(worker, 'ready'), legend: 'workers' }],
    }),
    figure({
      ...COLUMN_FIGURE,
      title: 'Page, scaled by an HPA',
      description: 'Pods that are ready',
      unit: Short,
      queries: [{ expr: replicas(page, 'ready'), legend: 'replicas' }],
    }),
    figure({
      ...COLUMN_FIGURE,
      title: 'Redis, sized by a VPA',
      description: 'Memory that its pod asks for',
      unit: BytesIEC,
      queries: [{ expr: requested(redis, 'memory_bytes'), legend: 'memory' }],
    }),
  ];
}

function reasons() {
  return [
    trend({
      ...COLUMN,
      title: 'Workers',
      description: 'What KEDA and its HPA asked for, and what is ready',
      unit: Short,
      queries: readyAndWanted(worker),
    }),
    trend({
      ...COLUMN,
      title: 'Replicas of the page',
      description: 'What the HPA asked for, and what is ready',
      unit: Short,
      queries: readyAndWanted(page),
    }),
    trend({
      ...COLUMN,
      title: "Redis' memory",
      description: 'What it asks for, what it would be given, and what it uses',
      unit: BytesIEC,
      queries: [
        { expr: requested(redis, 'memory_bytes'), legend: 'requested' },
        { expr: recommended(redis, 'memory_bytes', 'target'), legend: 'recommended' },
        {
          expr: `max(container_memory_working_set_bytes{${SELECTORS.redisContainer}})`,
          legend: 'used',
        },
      ],
    }),
    trend({
      ...COLUMN,
      title: 'Why: the queue',
      description: 'Requests that wait or are being worked on',
      unit: Short,
      queries: [{ expr: RECORDED.backlog, legend: 'backlog' }],
    }),
    trend({
      ...COLUMN,
      title: 'Why: CPU of the page',
      description: 'Against the target of its HPA, in percent of the request',
      unit: Percent,
      queries: [
        { expr: `max(${PAGE_CPU},state="current"})`, legend: 'used' },
        { expr: `max(${PAGE_CPU},state="target"})`, legend: 'target' },
      ],
    }),
    trend({
      ...COLUMN,
      title: "Why: Redis' CPU",
      description: 'What it asks for, what it would be given, and what it uses',
      unit: CPU_CORES,
      queries: [
        { expr: requested(redis, 'cpu_cores'), legend: 'requested' },
        { expr: recommended(redis, 'cpu_cores', 'target'), legend: 'recommended' },
        {
          expr: `sum(rate(container_cpu_usage_seconds_total{${SELECTORS.redisContainer}}[1m]))`,
          legend: 'used',
        },
      ],
    }),
  ];
}

function quality() {
  return [
    trend({
      ...COLUMN,
      title: 'Seconds until the queue is empty',
      description: 'At the pace of each moment; infinite while nothing is made',
      unit: Seconds,
      queries: [{ expr: RECORDED.drainTime, legend: 'seconds' }],
    }),
    trend({
      ...COLUMN,
      title: 'Turns of the replicas',
      description: 'Steps up or down in a quarter of an hour, whichever are fewer: 1 is one wave',
      unit: Short,
      queries: [{ expr: RECORDED.oscillation, legend: 'turns' }],
    }),
    trend({
      ...COLUMN,
      title: 'Decisions of the autoscalers',
      description: 'Changes in the last five minutes, by who made them',
      unit: Short,
      queries: [
        {
          expr: 'sum by (by, target, direction) (increase(lab_decisions_total[5m]))',
          legend: '{{by}}: {{target}} {{direction}}',
        },
      ],
    }),
  ];
}
