import { type TimeCount } from '../experiment/measures/formulas';
import { type Simulation } from './simulation';

/** The times of the requests that were begun, ascending: arrivals matched with starts, first come first served. */
export function answerTimes(run: Simulation): TimeCount[] {
  const { arrivals, starts, stepSeconds, serviceSeconds } = run;
  const byWait = new Map<number, number>();
  let from = 0;
  let left = arrivals[0] ?? 0;
  for (let step = 0; step < starts.length; step++) {
    let started = starts[step]!;
    while (started > 0) {
      while (left === 0) left = arrivals[++from]!;
      const taken = Math.min(started, left);
      byWait.set(step - from, (byWait.get(step - from) ?? 0) + taken);
      started -= taken;
      left -= taken;
    }
  }
  return [...byWait]
    .sort(([a], [b]) => a - b)
    .map(([wait, count]) => ({ seconds: wait * stepSeconds + serviceSeconds, count }));
}
