import { LAB_STATE_HEARTBEAT_SECONDS } from '../../../protocol/lab-state';
import { type Sample } from './sample';

/** How far back the charts go, in milliseconds. */
export const WINDOW_MS = 600_000;

/** A chart is at least this wide, however little has come; milliseconds. */
const MIN_WINDOW_MS = 60_000;

/** Without a state for so long the observer is taken for gone; milliseconds. */
export const SILENT_AFTER_MS = (LAB_STATE_HEARTBEAT_SECONDS + 5) * 1000;

/**
 * The samples with one more. Between two states nothing changed, unless the observer was silent: then
 * a sample that knows nothing stands for the time without it.
 */
export function appended(history: readonly Sample[], sample: Sample): readonly Sample[] {
  const start = sample.time - WINDOW_MS;
  const last = history.at(-1);
  const isGap = last !== undefined && sample.time - last.time > SILENT_AFTER_MS;
  const gap = isGap ? [{ time: last.time + SILENT_AFTER_MS }] : [];
  // the last one before the window still says how it began
  const kept = history.filter(
    (_, index) => (history[index + 1]?.time ?? Number.POSITIVE_INFINITY) > start,
  );
  return [...kept, ...gap, sample];
}

/** The samples from the beginning of the charts to their end, one at each of the two. */
export function windowOf(history: readonly Sample[], now: number): readonly Sample[] {
  const [first, last] = [history[0], history.at(-1)];
  if (first === undefined || last === undefined)
    return [{ time: now - MIN_WINDOW_MS }, { time: now }];
  const end = Math.max(now, last.time);
  const start = Math.max(end - WINDOW_MS, Math.min(first.time, end - MIN_WINDOW_MS));
  const before = history.findLast(({ time }) => time <= start);
  const silentFrom = last.time + SILENT_AFTER_MS;
  return [
    { ...before, time: start },
    ...history.filter(({ time }) => time > start && time < end),
    ...(end > silentFrom
      ? [{ time: Math.max(silentFrom, start + 1) }, { time: end }]
      : [{ ...last, time: end }]),
  ];
}
