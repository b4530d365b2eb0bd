/**
 * The ranks, from 1, between which the median of what was measured lies with a probability of at
 * least 95 %, whatever its distribution: by the binomial distribution of how many values are below it.
 *
 * @returns nothing for less than six runs, whose whole range is less certain than that
 */
export function medianRanks(
  runs: number,
): { readonly low: number; readonly high: number } | undefined {
  let outside = 0;
  let ways = 1;
  let rank = 0;
  for (let below = 0; below < runs / 2; below++) {
    outside += (2 * ways) / 2 ** runs;
    if (outside > 0.05) break;
    rank = below + 1;
    ways = (ways * (runs - below)) / (below + 1);
  }
  return rank === 0 ? undefined : { low: rank, high: runs + 1 - rank };
}
