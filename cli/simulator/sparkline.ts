import { highest } from './highest';

const BARS = ' ▁▂▃▄▅▆▇█';

/**
 * A series as one line of bars; each bar is the highest value of its share of the series.
 *
 * @param width most bars
 */
export function sparkline(values: readonly number[], width: number): string {
  const most = highest(values);
  const bars = Math.min(width, values.length);
  return Array.from({ length: bars }, (_, bar) => {
    const from = Math.floor((bar * values.length) / bars);
    const to = Math.max(from + 1, Math.floor(((bar + 1) * values.length) / bars));
    const value = highest(values.slice(from, to));
    // what is not nothing is seen
    return BARS[most === 0 ? 0 : Math.ceil((value / most) * (BARS.length - 1))];
  }).join('');
}
