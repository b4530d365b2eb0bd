import { type MeasureName } from './run-measures';

/** How a measure is shown. */
export interface MeasureInfo {
  readonly name: MeasureName;
  readonly title: string;
  readonly unit: 's' | 'pods' | 'pod-s' | '%' | '';
  readonly digits: number;
}

/** The measures in the order in which they are shown. */
export const MEASURES: readonly MeasureInfo[] = [
  { name: 'firstReplica', title: 'first replica ready', unit: 's', digits: 1 },
  { name: 'neededReplicas', title: 'needed replicas ready', unit: 's', digits: 1 },
  { name: 'drain', title: 'drained', unit: 's', digits: 1 },
  { name: 'p50', title: 'answer time, median', unit: 's', digits: 1 },
  { name: 'p95', title: 'answer time, p95', unit: 's', digits: 1 },
  { name: 'p99', title: 'answer time, p99', unit: 's', digits: 1 },
  { name: 'sloShare', title: 'answered within the objective', unit: '%', digits: 0 },
  { name: 'peakReplicas', title: 'most replicas', unit: 'pods', digits: 0 },
  { name: 'podSecondsUsed', title: 'pod-seconds used', unit: 'pod-s', digits: 0 },
  { name: 'podSecondsWasted', title: 'of which idle', unit: 'pod-s', digits: 0 },
  { name: 'reversals', title: 'reversals', unit: '', digits: 0 },
  { name: 'frozenAt', title: 'frozen at', unit: 'pods', digits: 0 },
  { name: 'stuckSeconds', title: 'autoscaler could not scale', unit: 's', digits: 0 },
  { name: 'redeliveries', title: 'redeliveries', unit: '', digits: 0 },
  { name: 'failed', title: 'failed', unit: '', digits: 0 },
  { name: 'unanswered', title: 'unanswered when given up', unit: '', digits: 0 },
  { name: 'lost', title: 'lost', unit: '', digits: 0 },
  { name: 'duplicated', title: 'duplicated', unit: '', digits: 0 },
];

/** A value as people read it; `never` for what did not happen. */
export function shownValue(value: number | null, { unit, digits }: MeasureInfo): string {
  if (value === null) return 'never';
  const number = (unit === '%' ? value * 100 : value).toFixed(digits);
  return unit === '' ? number : unit === '%' ? `${number} %` : `${number} ${unit}`;
}
