import { type LoadProfile, type LoadStage, type SineStage } from './load-profile';
import { Random } from './random';

/** How long the load of a profile lasts, in seconds; 0 for a burst. */
export function durationSeconds(profile: LoadProfile): number {
  return profile.stages.reduce((sum, stage) => sum + secondsOf(stage), 0);
}

/** How many requests a profile makes: always the same number, whatever the seed. */
export function requestCount(profile: LoadProfile): number {
  return profile.stages.reduce((sum, stage) => sum + countOf(stage), 0);
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
  let start = 0;
  for (const stage of profile.stages) {
    for (const offset of arrivalsOf(stage, random)) yield start + offset;
    start += secondsOf(stage);
  }
}

function arrivalsOf(stage: LoadStage, random: Random): number[] {
  const count = countOf(stage);
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

function countOf(stage: LoadStage): number {
  return Math.round(arrivedIn(stage, secondsOf(stage)));
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
