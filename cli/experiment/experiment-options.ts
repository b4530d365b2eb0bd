import { InvalidArgumentError, Option } from 'commander';
import { LOAD_PROFILE_NAMES, type LoadProfileName } from '../../workloads/protocol/load-profile';
import { SCALING_MODES, type ScalingMode } from '../../workloads/protocol/scaling-mode';

/** What an experiment is asked to do. */
export interface ExperimentOptions {
  readonly modes: readonly ScalingMode[];
  readonly profile: LoadProfileName;
  readonly repeat: number;
  /** Of the order of the runs and of their offsets. */
  readonly seed: number;
  readonly slo: number;
  /** Longest wait for answers after the last request, in seconds. */
  readonly giveUp: number;
  /** Folder of the results; the day's own where it is left out. */
  readonly out?: string;
}

const MAX_REPEATS = 50;

/** The options of `npm run experiment`. */
export const EXPERIMENT_OPTIONS: readonly Option[] = [
  new Option('--modes <list>', `scaling modes, of ${SCALING_MODES.join(', ')}`)
    .default([...SCALING_MODES], SCALING_MODES.join(','))
    .argParser(modes),
  new Option('--profile <name>', 'load of each run').choices(LOAD_PROFILE_NAMES).default('burst'),
  new Option('--repeat <count>', 'runs of each mode; fewer than six have no confidence interval')
    .default(6)
    .argParser(whole(1, MAX_REPEATS)),
  new Option('--seed <number>', 'order of the runs, and when each load starts within 15 seconds')
    .default(1)
    .argParser(whole(0, 1_000_000)),
  new Option('--slo <seconds>', 'an answer within this time counts as good')
    .default(30)
    .argParser(whole(1, 86_400)),
  new Option('--give-up <seconds>', 'longest wait for answers after the last request')
    .default(900)
    .argParser(whole(1, 86_400)),
  new Option('--out <folder>', 'where the results go (default: results/<date>-<profile>)'),
];

function modes(text: string): ScalingMode[] {
  const names = text.split(',').map((name) => name.trim());
  for (const name of names) {
    if (!(SCALING_MODES as readonly string[]).includes(name)) {
      throw new InvalidArgumentError(`"${name}" is not one of ${SCALING_MODES.join(', ')}.`);
    }
  }
  if (new Set(names).size < names.length) throw new InvalidArgumentError('a mode is named twice.');
  return names as ScalingMode[];
}

function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`must be a whole number from ${min} to ${max}.`);
  };
}
