import { type LoadProfile, type LoadStage, type SineStage } from './load-profile';
import { Random } from './random';

/** How long the load of a profile lasts, in seconds; 0 for a burst. */
export function durationSeconds(profile: LoadProfile): number {
  return profile.stages.reduce((sum, stage) => sum + secondsOf(stage), 0);
}

/** How many requests a profile makes: always the same number, whatever the seed. */
export function requestCount(profile: LoadProfile): number {
  return Math.round(expectedTotal(profile));
}

/** Requests that the rates and bursts of a profile come to, with their fraction. */
export function expectedTotal({ stages }: LoadProfile): number {
  return stages.reduce((sum, stage) => sum + arrivedIn(stage, secondsOf(stage)), 0);
}

/**
 * Requests per second that a profile makes at a moment, on average; bursts are not in it.
 *
 * @param atSeconds from the start of the load
 */
export function ratePerSecond(profile: LoadProfile, atSeconds: number): number {
  let start = 0;
  for (const stage of profile.stages) {
    const seconds = secondsOf(stage);
    if (atSeconds >= start && atSeconds < start + seconds) return rateOf(stage, atSeconds - start);
    start += seconds;
  }
  return 0;
}

/**
 * Requests that a profile has made up to and including a moment, on average: a fraction between
 * arrivals, a step at a burst.
 *
 * @param atSeconds from the start of the load
 */
export function expectedArrivals(profile: LoadProfile, atSeconds: number): number {
  let start = 0;
  let sum = 0;
  for (const stage of profile.stages) {
    if (atSeconds < start) break;
    sum += arrivedIn(stage, Math.min(atSeconds - start, secondsOf(stage)));
    start += secondsOf(stage);
  }
  return sum;
}

/**
 * The moments at which requests come, in seconds from the start of the load, never decreasing.
 * Within a stage they are random like those of independent clients: a Poisson process of the stage's
 * rate that is known to make the stage's number of requests.
 *
 * @param seed the same seed gives the same moments
 */
export function* arrivals(profile: LoadProfile, seed = 1): Generator<number> {
  const random = new Random(seed);
  const counts = stageCounts(profile);
  let start = 0;
  for (const [index, stage] of profile.stages.entries()) {
    for (const offset of arrivalsOf(stage, counts[index]!, random)) yield start + offset;
    start += secondsOf(stage);
  }
}

/** Whole requests of each stage: those with the largest fractions have what is left of the total. */
function stageCounts(profile: LoadProfile): number[] {
  const shares = profile.stages.map((stage) => arrivedIn(stage, secondsOf(stage)));
  const counts = shares.map(Math.floor);
  const left = requestCount(profile) - counts.reduce((sum, count) => sum + count, 0);
  const fraction = (index: number) => shares[index]! - counts[index]!;
  const byFraction = [...shares.keys()].sort((a, b) => fraction(b) - fraction(a));
  for (const index of byFraction.slice(0, left)) counts[index]!++;
  return counts;
}

function arrivalsOf(stage: LoadStage, count: number, random: Random): number[] {
  if (stage.kind === 'burst') return new Array<number>(count).fill(0);
  const total = arrivedIn(stage, stage.seconds);
  // given their number, the arrivals of a Poisson process are independent draws from its rate
  return Array.from({ length: count }, () => momentOf(stage, random.next() * total)).sort(
    (a, b) => a - b,
  );
}

function secondsOf(stage: LoadStage): number {
  return stage.kind === 'burst' ? 0 : stage.seconds;
}

function rateOf(stage: LoadStage, t: number): number {
  if (stage.kind === 'burst') return 0;
  if (stage.kind === 'sine') {
    return stage.meanPerSecond - stage.amplitudePerSecond * Math.cos(phase(stage, t));
  }
  return stage.fromPerSecond + ((stage.toPerSecond - stage.fromPerSecond) * t) / stage.seconds;
}

function arrivedIn(stage: LoadStage, t: number): number {
  if (stage.kind === 'burst') return stage.requests;
  if (stage.kind === 'sine') {
    const swing = (stage.amplitudePerSecond * stage.periodSeconds) / (2 * Math.PI);
    return stage.meanPerSecond * t - swing * Math.sin(phase(stage, t));
  }
  return ((stage.fromPerSecond + rateOf(stage, t)) / 2) * t;
}

function phase(stage: SineStage, t: number): number {
  return (2 * Math.PI * t) / stage.periodSeconds;
}

/** The moment by which so many requests have come: the rate is never negative, so halving finds it. */
function momentOf(stage: Exclude<LoadStage, { kind: 'burst' }>, arrived: number): number {
  let low = 0;
  let high = stage.seconds;
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (arrivedIn(stage, middle) < arrived) low = middle;
    else high = middle;
  }
  return high;
}
