import { type TimeCount } from '../experiment/measures/formulas';
import { type Simulation } from './simulation';

/** The times of the answered requests, ascending: arrivals matched with starts, first come first served. */
export function answerTimes(run: Simulation): TimeCount[] {
  const { arrivals, starts, durations, stepSeconds, serviceSeconds } = run;
  const meanSteps = Math.round(serviceSeconds / stepSeconds);
  const bySteps = new Map<number, number>();
  let from = 0;
  let left = arrivals[0] ?? 0;
  let message = 0;
  for (let step = 0; step < starts.length; step++) {
    let started = starts[step]!;
    while (started > 0) {
      while (left === 0) left = arrivals[++from]!;
      // those that take the same time are counted together
      const taken = durations.length > 0 ? 1 : Math.min(started, left);
      const steps = durations[message++] ?? meanSteps;
      const isAnswered = step + steps < starts.length;
      const total = step - from + steps;
      if (isAnswered) bySteps.set(total, (bySteps.get(total) ?? 0) + taken);
      started -= taken;
      left -= taken;
    }
  }
  return [...bySteps]
    .sort(([a], [b]) => a - b)
    .map(([steps, count]) => ({ seconds: steps * stepSeconds, count }));
}
