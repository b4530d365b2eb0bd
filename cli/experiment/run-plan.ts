import { Random } from '../../workloads/protocol/random';
import { type RunRecord } from './run-record';

/** A run of an experiment that is to be made. */
export interface PlannedRun extends Pick<RunRecord, 'mode' | 'repeat'> {
  /** Seconds that the load waits after the lab has come to rest. */
  readonly offsetSeconds: number;
}

/** The HPA's sync period: a lab that comes to rest at a sync starts its load within one. */
const MAX_OFFSET_SECONDS = 15;

/**
 * The runs of an experiment in random blocks: each block has every mode once, in an order of its own,
 * so that a slow drift of the machine meets all modes alike. The offsets of a mode's runs are spread
 * over the HPA's period, one in each equal part of it, in random order.
 *
 * @param seed the same seed gives the same plan
 */
export function runPlan(
  modes: readonly RunRecord['mode'][],
  repeats: number,
  seed: number,
): PlannedRun[] {
  const random = new Random(seed);
  const counted = Array.from({ length: repeats }, (_, index) => index);
  const parts = new Map(modes.map((mode) => [mode, shuffled(counted, random)]));
  return counted.flatMap((index) =>
    shuffled(modes, random).map((mode) => {
      const part = parts.get(mode)![index]!;
      const offset = ((part + random.next()) / repeats) * MAX_OFFSET_SECONDS;
      return { mode, repeat: index + 1, offsetSeconds: Math.round(offset * 10) / 10 };
    }),
  );
}

/** A copy in random order (Fisher and Yates). */
function shuffled<T>(items: readonly T[], random: Random): T[] {
  const copy = [...items];
  for (let last = copy.length - 1; last > 0; last--) {
    const other = Math.floor(random.next() * (last + 1));
    [copy[last], copy[other]] = [copy[other]!, copy[last]!];
  }
  return copy;
}
