import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import execa from 'execa';
import { type LoadProfileName } from '../../workloads/protocol/load-profile';
import { LabError } from '../../local/lab-error';
import { PROJECT_ROOT } from '../../local/stack';
import { type ClusterSampler, type TimedSample } from './cluster-sampler';
import { type RunRecord, type RunRequest } from './run-record';
import { loadSecondsAtMost, restSecondsAtMost } from './time-outs';

/** What one run needs. */
export interface ExperimentRunOptions {
  readonly mode: RunRecord['mode'];
  readonly repeat: number;
  /** Seconds that the load waits after the lab has come to rest, which it does at a sync of the HPA. */
  readonly offsetSeconds: number;
  readonly profile: LoadProfileName;
  /** Longest wait for answers after the last request, in seconds. */
  readonly giveUpSeconds: number;
  /** Replicas that the worker has when there is nothing to do. */
  readonly floor: number;
  /** The lab's own, in seconds. */
  readonly cooldownPeriod: number;
  readonly env: Readonly<Record<string, string>>;
  readonly report: (state: string) => void;
}

// what the curves show before the load comes
const LEAD_SECONDS = 3;

/** Whether nothing is to do and the worker is as small as it gets. */
export function isAtRest(floor: number): (sample: TimedSample) => boolean {
  return ({ pending, inFlight, wanted, pods, ready }) =>
    pending + inFlight === 0 && wanted === floor && pods === floor && ready === floor;
}

/**
 * Makes one run: waits until nothing is left of the one before, makes the load, and records until
 * the worker is as small as it was. A run that is given up ends with the wait for its answers, and
 * leaves what is in the queue there.
 *
 * @throws LabError where the lab does not come to rest, or the load cannot be made
 */
export async function experimentRun(
  sampler: ClusterSampler,
  options: ExperimentRunOptions,
): Promise<RunRecord> {
  const { mode, repeat, report } = options;
  const atRest = isAtRest(options.floor);
  const restSeconds = restSecondsAtMost(options.cooldownPeriod);
  report('waiting until the lab is at rest');
  await sampler.until('lab at rest before the run', restSeconds, atRest);
  await new Promise((resolve) =>
    setTimeout(resolve, (options.offsetSeconds + LEAD_SECONDS) * 1000),
  );
  const before = await sampler.consumer();
  const first = sampler.samples.length - LEAD_SECONDS;
  report('load is running');
  const records = await makeLoad(options);
  const isDone = records.every(({ answers, refused }) => answers > 0 || refused !== undefined);
  if (isDone) {
    report('answered, waiting until the worker is small again');
    await sampler.until('lab at rest after the run', restSeconds, atRest);
  }
  const after = await sampler.consumer();
  const startedAt = Math.min(...records.map(({ dueAt }) => dueAt));
  return {
    mode,
    repeat,
    startedAt,
    offsetSeconds: options.offsetSeconds,
    leftOver: isDone ? 0 : after.num_pending + after.num_ack_pending,
    redeliveries:
      after.delivered.consumer_seq -
      before.delivered.consumer_seq -
      (after.delivered.stream_seq - before.delivered.stream_seq),
    samples: sampler.samples
      .slice(Math.max(0, first))
      .map(({ at, ...sample }) => ({ t: seconds(at - startedAt), ...sample })),
    requests: records.map((record) => requestOf(record, startedAt)),
  };
}

/** A line of the load generator; moments are Unix milliseconds. */
type LoadRecord = Omit<RunRequest, 'due' | 'answered'> & {
  readonly dueAt: number;
  readonly answeredAt?: number;
};

async function makeLoad({
  profile,
  repeat,
  giveUpSeconds,
  env,
}: ExperimentRunOptions): Promise<LoadRecord[]> {
  const folder = await mkdtemp(join(tmpdir(), 'experiment-'));
  const file = join(folder, 'records.jsonl');
  try {
    const args = ['workloads/load/run.ts', '--profile', profile, '--seed', String(repeat)];
    args.push('--drain-seconds', String(giveUpSeconds));
    // a load whose requests failed ends with 1 and has written them down: they are part of the result
    const { exitCode, all } = await execa('tsx', [...args, '--records', file], {
      cwd: PROJECT_ROOT,
      env,
      preferLocal: true,
      all: true,
      reject: false,
      timeout: loadSecondsAtMost(profile, giveUpSeconds) * 1000,
    });
    const text = await readFile(file, 'utf8').catch(() => {
      throw new LabError(`the load ended with ${exitCode} and no record:\n${all}`);
    });
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as LoadRecord);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function requestOf({ dueAt, answeredAt, ...record }: LoadRecord, startedAt: number): RunRequest {
  return {
    ...record,
    due: seconds(dueAt - startedAt),
    ...(answeredAt !== undefined && { answered: seconds(answeredAt - startedAt) }),
  };
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}
