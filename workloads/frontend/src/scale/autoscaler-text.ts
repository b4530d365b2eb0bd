import {
  type AutoscalerState,
  type MetricState,
  type Recommendation,
  type Requests,
} from '../../../protocol/lab-state';

const MEBIBYTE = 2 ** 20;

/** What an autoscaler wants, within which bounds, and what it looks at, in a line. */
export function autoscalerText(autoscaler: AutoscalerState): string {
  const { min, max, desired, metrics, updateMode, recommendations = [] } = autoscaler;
  if (updateMode !== undefined) {
    const wants = recommendations.map(recommendationWords).join(', ');
    const mode = updateMode === 'Off' ? 'recommends only' : `update mode ${updateMode}`;
    return `${mode}; ${wants === '' ? 'no recommendation yet' : wants}`;
  }
  const wants = `wants ${desired ?? 'unknown'} of ${min ?? 0} to ${max ?? 'any'}`;
  return [wants, ...metrics.map(metricWords)].join('; ');
}

function metricWords({ name, current, target, type }: MetricState): string {
  const unit = type === 'Utilization' ? ' %' : '';
  const now = current === undefined ? 'not read yet' : `${round(current)}${unit}`;
  return `${name} ${now}, target ${round(target)}${unit}${type === 'AverageValue' ? ' per pod' : ''}`;
}

function recommendationWords({ container, target }: Recommendation): string {
  return `${container}: ${requestWords(target)}`;
}

function requestWords({ cpuMillis, memoryBytes }: Requests): string {
  const cpu = cpuMillis === undefined ? [] : [`${round(cpuMillis)} m CPU`];
  const memory = memoryBytes === undefined ? [] : [`${Math.round(memoryBytes / MEBIBYTE)} Mi`];
  return [...cpu, ...memory].join(' and ');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
