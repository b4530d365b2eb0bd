/** Requests that all come at the same moment. */
export interface BurstStage {
  readonly kind: 'burst';
  readonly requests: number;
}

/** A rate that goes evenly from one value to another; equal values make it constant. */
export interface LinearStage {
  readonly kind: 'linear';
  readonly seconds: number;
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
}

/** A rate that swings around a mean, beginning at its lowest. */
export interface SineStage {
  readonly kind: 'sine';
  readonly seconds: number;
  readonly meanPerSecond: number;
  /** At most the mean: a rate is never negative. */
  readonly amplitudePerSecond: number;
  readonly periodSeconds: number;
}

/** One part of a profile; the next one begins where it ends. */
export type LoadStage = BurstStage | LinearStage | SineStage;

/**
 * When requests come, whatever the system does with them: an open loop, so a slow system gets no
 * easier load. What makes the requests is the same for each of them.
 */
export interface LoadProfile {
  /** Its name on the command line, in requests and in results. */
  readonly name: string;
  /** What it is like, for a person who chooses one. */
  readonly description: string;
  readonly stages: readonly LoadStage[];
  /** Connections that publish in turn. */
  readonly clients: number;
  /** Share of requests, 0 to 1, that repeat an earlier prompt, and so may come from the cache. */
  readonly repeatShare: number;
}

const constant = (seconds: number, perSecond: number): LinearStage => ({
  kind: 'linear',
  seconds,
  fromPerSecond: perSecond,
  toPerSecond: perSecond,
});

const profile = (
  name: string,
  description: string,
  stages: readonly LoadStage[],
  options: Partial<Pick<LoadProfile, 'clients' | 'repeatShare'>> = {},
): LoadProfile => ({ name, description, stages, clients: 1, repeatShare: 0, ...options });

// a thousand people who each ask once a minute
const THOUSAND_USERS_PER_SECOND = 1000 / 60;

/** Every profile by its name; the worker's defaults make about ten memes a second with ten pods. */
export const LOAD_PROFILES = {
  single: profile('single', 'one request: the way from zero', [{ kind: 'burst', requests: 1 }]),
  burst: profile('burst', '150 requests at once', [{ kind: 'burst', requests: 150 }]),
  ramp: profile('ramp', 'from none to 8 a second within a minute, then 30 seconds of that', [
    { kind: 'linear', seconds: 60, fromPerSecond: 0, toPerSecond: 8 },
    constant(30, 8),
  ]),
  sine: profile('sine', 'three slow waves between none and 8 a second', [
    {
      kind: 'sine',
      seconds: 180,
      meanPerSecond: 4,
      amplitudePerSecond: 4,
      periodSeconds: 60,
    },
  ]),
  spike: profile('spike', 'two short spikes over a quiet half request a second', [
    constant(20, 0.5),
    constant(8, 15),
    constant(32, 0.5),
    constant(8, 20),
    constant(32, 0.5),
  ]),
  soak: profile(
    'soak',
    'two a second for half an hour, a third of them repeats',
    [constant(1800, 2)],
    {
      repeatShare: 1 / 3,
    },
  ),
  'six-thousand': profile(
    'six-thousand',
    '6,000 requests at once from 60 clients',
    [{ kind: 'burst', requests: 6000 }],
    { clients: 60 },
  ),
  'four-thousand': profile(
    'four-thousand',
    '4,000 requests at once from 40 clients',
    [{ kind: 'burst', requests: 4000 }],
    { clients: 40 },
  ),
  'thousand-users': profile(
    'thousand-users',
    'none to 1,000 users in 30 seconds, 5 minutes of them, 10 minutes back; each asks once a minute',
    [
      {
        kind: 'linear',
        seconds: 30,
        fromPerSecond: 0,
        toPerSecond: THOUSAND_USERS_PER_SECOND,
      },
      constant(300, THOUSAND_USERS_PER_SECOND),
      {
        kind: 'linear',
        seconds: 600,
        fromPerSecond: THOUSAND_USERS_PER_SECOND,
        toPerSecond: 0,
      },
    ],
    { clients: 40, repeatShare: 0.2 },
  ),
} as const satisfies Record<string, LoadProfile>;

/** The name of one of {@link LOAD_PROFILES}. */
export type LoadProfileName = keyof typeof LOAD_PROFILES;

/** The names of {@link LOAD_PROFILES}, in the order in which they are offered. */
export const LOAD_PROFILE_NAMES = Object.keys(LOAD_PROFILES) as [
  LoadProfileName,
  ...LoadProfileName[],
];
