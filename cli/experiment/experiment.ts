import { connect } from 'nats';
import { natsCredentials, natsServer } from '../../workloads/protocol/nats-credentials';
import { type ScalingMode } from '../../workloads/protocol/scaling-mode';
import { type LabEnvironment } from '../../local/lab-environment';
import { type Report, step } from '../../local/progress';
import { type ApiReader } from '../../local/api-reader';
import { ClusterSampler } from './cluster-sampler';
import { experimentRun, isAtRest } from './experiment-run';
import { type ResultFolder } from './result-folder';
import { type PlannedRun } from './run-plan';
import { type RunRecord, type Setup } from './run-record';
import { ScalingSwitch } from './scaling-switch';
import { clearSecondsAtMost } from './time-outs';

/** What an experiment works on. */
export interface ExperimentContext {
  readonly folder: ResultFolder;
  readonly stack: string;
  /** Where NATS is, from this machine. */
  readonly natsUrl: string;
  readonly cluster: ApiReader;
  readonly env: LabEnvironment;
  /** Takes a sentence for the user. */
  readonly say: (sentence: string) => void;
}

// a run may fail because the machine was busy with something else; twice in a row is no accident
const ATTEMPTS = 2;

/** Makes the runs of an experiment that are still to be made, one after the other. */
export class Experiment {
  private current?: ScalingMode;

  private constructor(
    private readonly options: ExperimentContext,
    private readonly scaling: ScalingSwitch,
  ) {}

  /**
   * Makes the runs and leaves the lab with the settings that its stack has.
   *
   * @param todo in this order
   * @throws LabError where a run fails twice, or the mode cannot be switched
   */
  static async run(options: ExperimentContext, todo: readonly PlannedRun[]): Promise<RunRecord[]> {
    const scaling = await ScalingSwitch.open(options.stack, options.env);
    const back = () => step("back to the stack's own settings", () => scaling.back());
    try {
      const runs = await new Experiment(options, scaling)
        .all(todo)
        .catch(async (error: unknown) => {
          // why the runs ended is what the user has to know first
          await back().catch((fault: Error) => options.say(fault.message));
          throw error;
        });
      await back();
      return runs;
    } finally {
      await scaling.close();
    }
  }

  private async all(todo: readonly PlannedRun[]): Promise<RunRecord[]> {
    const { folder, say } = this.options;
    const started = Date.now();
    const runs: RunRecord[] = [];
    for (const [index, name] of todo.entries()) {
      const run = await this.attempt(name, `run ${index + 1} of ${todo.length}`);
      await folder.write(run);
      runs.push(run);
      const left = todo.length - runs.length;
      if (left === 0) break;
      const minutes = Math.ceil((left * (Date.now() - started)) / runs.length / 60_000);
      say(`${left} runs to go, about ${minutes} min`);
    }
    return runs;
  }

  private async attempt(planned: PlannedRun, which: string): Promise<RunRecord> {
    const { mode, repeat } = planned;
    const title = `${which}: ${mode} ${repeat}`;
    for (let attempt = 1; ; attempt++) {
      try {
        const afterSwitch = await this.switchTo(mode);
        const made = await step(title, (report) => this.one(planned, report));
        const run = { ...made, afterSwitch };
        if (run.leftOver > 0) await this.clear();
        return run;
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
        this.options.say(`${title} failed and is made again: ${(error as Error).message}`);
        await this.clear();
      }
    }
  }

  /** @returns whether there was something to switch */
  private async switchTo(mode: ScalingMode): Promise<boolean> {
    if (this.current === mode) return false;
    await step(`switching to scalingMode ${mode}`, () => this.scaling.to(mode));
    this.current = mode;
    return true;
  }

  /** Lets the mode that needs nothing but the queue work off what a run left there. */
  private async clear(): Promise<void> {
    await this.switchTo('queue');
    const seconds = clearSecondsAtMost(this.options.folder.setup.settings.cooldownPeriod);
    await step('working off what the run left in the queue', () =>
      this.withSampler((sampler) =>
        sampler.until('lab at rest', seconds, isAtRest(this.floor('queue'))),
      ),
    );
  }

  private one({ mode, repeat, offsetSeconds }: PlannedRun, report: Report): Promise<RunRecord> {
    const { folder, env, natsUrl } = this.options;
    const { profile, giveUpSeconds, settings } = folder.setup;
    return this.withSampler((sampler) =>
      experimentRun(sampler, {
        mode,
        repeat,
        offsetSeconds,
        profile,
        giveUpSeconds,
        floor: this.floor(mode),
        cooldownPeriod: settings.cooldownPeriod,
        env: { ...env, NATS_URL: natsUrl },
        report,
      }),
    );
  }

  private async withSampler<T>(work: (sampler: ClusterSampler) => Promise<T>): Promise<T> {
    const { env, natsUrl, cluster } = this.options;
    const server = natsServer(natsUrl, natsCredentials(env));
    const connection = await connect({ ...server, name: 'experiment' });
    try {
      const sampler = new ClusterSampler(cluster, await connection.jetstreamManager());
      await sampler.start();
      try {
        return await work(sampler);
      } finally {
        await sampler.stop();
      }
    } finally {
      await connection.close();
    }
  }

  /** Workers when there is nothing to do; an HPA on CPU keeps one, or it could not see work. */
  private floor(mode: ScalingMode): number {
    const { minReplicas }: Setup['settings'] = this.options.folder.setup.settings;
    return mode === 'cpu' ? Math.max(1, minReplicas) : minReplicas;
  }
}
