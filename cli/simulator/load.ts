import {
  arrivals,
  durationSeconds,
  expectedArrivals,
  expectedTotal,
  requestCount,
} from '../../workloads/protocol/load-arrivals';
import { type LoadProfile, type LoadStage } from '../../workloads/protocol/load-profile';

/** Requests over time, as whole numbers. */
export interface Load {
  readonly name: string;
  /** Seconds until the last request. */
  readonly seconds: number;
  readonly requests: number;
  /** Share of requests, 0 to 1, that are answered from the cache. */
  readonly repeatShare: number;
  /** Requests that came up to and including a moment; never decreasing. */
  readonly arrivedBy: (seconds: number) => number;
  /** The same load with arrivals drawn at random, as the load generator draws them. */
  readonly drawn?: (seed: number) => Load;
}

/** The load that a profile makes on average: its rate without its chance, which its `drawn` has. */
export function loadOf(profile: LoadProfile): Load {
  const seconds = durationSeconds(profile);
  const requests = requestCount(profile);
  return {
    name: profile.name,
    seconds,
    requests,
    repeatShare: profile.repeatShare,
    arrivedBy: (moment) =>
      moment >= seconds
        ? requests
        : Math.min(requests, Math.floor(expectedArrivals(profile, moment) + 1e-6)),
    drawn: (seed) => drawnLoad(profile, seed),
  };
}

function drawnLoad(profile: LoadProfile, seed: number): Load {
  const moments = [...arrivals(profile, seed)];
  let count = 0;
  return {
    name: profile.name,
    seconds: durationSeconds(profile),
    requests: moments.length,
    repeatShare: profile.repeatShare,
    arrivedBy: (moment) => {
      if (count > 0 && moments[count - 1]! > moment) count = 0;
      while (count < moments.length && moments[count]! <= moment + 1e-9) count++;
      return count;
    },
  };
}

/** A working day: next to nothing at night, the most at noon. */
export function dayLoad(peakPerSecond: number): LoadProfile {
  const seconds = 24 * 3600;
  const mean = peakPerSecond / 2;
  return {
    name: 'day',
    description: `a day between none and ${peakPerSecond} requests a second`,
    stages: [
      {
        kind: 'sine',
        seconds,
        meanPerSecond: mean,
        amplitudePerSecond: mean,
        periodSeconds: seconds,
      },
    ],
    clients: 1,
    repeatShare: 0,
  };
}

/** A profile of the same shape and length with another number of requests. */
export function scaledTo(profile: LoadProfile, requests: number): LoadProfile {
  const factor = requests / expectedTotal(profile);
  return { ...profile, stages: profile.stages.map((stage) => scaled(stage, factor)) };
}

function scaled(stage: LoadStage, factor: number): LoadStage {
  if (stage.kind === 'burst') return { ...stage, requests: stage.requests * factor };
  if (stage.kind === 'sine') {
    return {
      ...stage,
      meanPerSecond: stage.meanPerSecond * factor,
      amplitudePerSecond: stage.amplitudePerSecond * factor,
    };
  }
  return {
    ...stage,
    fromPerSecond: stage.fromPerSecond * factor,
    toPerSecond: stage.toPerSecond * factor,
  };
}
