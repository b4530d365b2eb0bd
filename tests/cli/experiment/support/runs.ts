import { type RunRecord, type Sample, type Setup } from '../../../../cli/experiment/run-record';

export const SETUP: Setup = {
  profile: 'burst',
  repeats: 3,
  modes: ['queue', 'cpu'],
  sloSeconds: 30,
  giveUpSeconds: 300,
  settings: {
    minReplicas: 0,
    maxReplicas: 10,
    lagThreshold: 5,
    activationLagThreshold: 0,
    pollingInterval: 1,
    cooldownPeriod: 30,
    drainTarget: 30,
    workerConcurrency: 2,
    workerSecondsPerMeme: 2,
  },
  machine: { cpus: 2, model: 'a <fast> one', memoryGiB: 24 },
  kubernetes: 'v1.35.4',
  commit: '0123456',
  command: 'npm run experiment -- --modes queue,cpu',
};

const IDLE: Omit<Sample, 't'> = {
  pending: 0,
  inFlight: 0,
  wanted: 0,
  pods: 0,
  ready: 0,
  stuck: [],
};

/** A sample in which nothing happens, but for the changes. */
export const sample = (t: number, changes: Partial<Sample> = {}): Sample => ({
  t,
  ...IDLE,
  ...changes,
});

/** Four requests at once that two pods answer within 4 seconds, the last at 12 s. */
export function run(changes: Partial<RunRecord> = {}): RunRecord {
  return {
    mode: 'queue',
    repeat: 1,
    startedAt: 1_700_000_000_000,
    redeliveries: 0,
    leftOver: 0,
    samples: [
      sample(-1),
      sample(0, { pending: 4 }),
      sample(2, { pending: 4, wanted: 2, pods: 2 }),
      sample(8, { inFlight: 4, wanted: 2, pods: 2, ready: 2 }),
      sample(12, { wanted: 2, pods: 2, ready: 2 }),
      sample(20),
    ],
    requests: [10, 11, 12, 12].map((seconds, index) => ({
      id: `r${index}`,
      due: 0,
      answered: seconds,
      totalMs: seconds * 1000,
      answers: 1,
    })),
    ...changes,
  };
}
