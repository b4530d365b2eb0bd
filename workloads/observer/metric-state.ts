import { type MetricState } from '../protocol/lab-state';
import { type HorizontalPodAutoscaler, type HpaMetric, type MetricValue } from './kube-objects';
import { quantity } from './quantities';

/** The numbers that an HorizontalPodAutoscaler looks at, with their targets. */
export function metricStates({ spec, status }: HorizontalPodAutoscaler): MetricState[] {
  const current = status?.currentMetrics ?? [];
  return (spec?.metrics ?? []).flatMap((metric) => {
    const name = nameOf(metric);
    const target = sourceOf(metric)?.target;
    if (name === undefined || target === undefined) return [];
    const type = typeOf(target);
    // a metric that could not be read stands there without type and name
    const read = current.find((each) => each?.type === metric.type && nameOf(each) === name);
    const value = read && valueOf(sourceOf(read)?.current, type);
    return [
      {
        name,
        target: valueOf(target, type) ?? 0,
        type,
        ...(value !== undefined && { current: value }),
      },
    ];
  });
}

function sourceOf(metric: HpaMetric) {
  return (
    metric.resource ?? metric.containerResource ?? metric.external ?? metric.pods ?? metric.object
  );
}

function nameOf(metric: HpaMetric): string | undefined {
  const identified = metric.external ?? metric.pods ?? metric.object;
  if (identified) return identified.metric.name;
  const { resource, containerResource } = metric;
  // the same resource of two containers is two metrics
  return containerResource
    ? `${containerResource.name} of ${containerResource.container}`
    : resource?.name;
}

function typeOf({ type }: MetricValue): MetricState['type'] {
  return type === 'Utilization' || type === 'AverageValue' ? type : 'Value';
}

function valueOf(value: MetricValue | undefined, type: MetricState['type']): number | undefined {
  if (type === 'Utilization') return value?.averageUtilization;
  const text = type === 'AverageValue' ? value?.averageValue : value?.value;
  return text === undefined ? undefined : quantity(text);
}
