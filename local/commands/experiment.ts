import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import execa from 'execa';
import { connect } from 'nats';
import * as z from 'zod';
import { type ScalingMode } from '../../workloads/protocol/scaling-mode';
import { ClusterSampler } from '../experiment/cluster-sampler';
import { type ExperimentOptions } from '../experiment/experiment-options';
import { experimentRun } from '../experiment/experiment-run';
import { htmlReport } from '../experiment/report';
import { ResultFolder } from '../experiment/result-folder';
import { type RunRecord, type Setup, setupSchema } from '../experiment/run-record';
import { ScalingSwitch } from '../experiment/scaling-switch';
import { summarize, summaryMarkdown, summaryRows } from '../experiment/summary';
import { type LabContext } from '../lab-context';
import { type LabEnvironment, labEnvironment, readPulumi } from '../lab-environment';
import { LabError } from '../lab-error';
import { LOCAL_CONTEXT } from '../node/kubeconfig';
import { step } from '../progress';
import { PROJECT_ROOT, stackContext } from '../stack';
import { ClusterReader } from '../status/cluster-reader';
import { table } from '../status/table';

const outputsSchema = z.object({
  natsUrl: z.string(),
  versions: z.object({ kubernetes: z.string() }),
  scaling: setupSchema.shape.settings,
});

/** Runs the same load under each scaling mode, so often, and writes down how they differ. */
export async function experiment(
  { config, toolchain, say }: LabContext,
  stack: string,
  options: ExperimentOptions,
): Promise<void> {
  const env = await labEnvironment(config, toolchain, stack, say);
  const outputs = await labOutputs(env, stack);
  const folder = await openFolder(options, outputs);
  const context = await stackContext(stack);
  const cluster = ClusterReader.open(
    context,
    context === LOCAL_CONTEXT ? config.kubeconfig : undefined,
  );
  const wanted = options.modes.flatMap((mode) =>
    Array.from({ length: options.repeat }, (_, index) => ({ mode, repeat: index + 1 })),
  );
  const runs: RunRecord[] = [];
  const todo: typeof wanted = [];
  for (const each of wanted) {
    const done = await folder.read(each.mode, each.repeat);
    if (done === undefined) todo.push(each);
    else runs.push(done);
  }
  say(`${runs.length} of ${wanted.length} runs are done already; results are in ${folder.path}`);
  if (todo.length > 0) {
    const makeAll = new Experiment(folder, options, outputs, cluster, stack, env, say);
    runs.push(...(await makeAll.run(todo)));
  }
  await writeResults(folder, runs, say);
}

/** The runs of an experiment that are still to be made. */
class Experiment {
  constructor(
    private readonly folder: ResultFolder,
    private readonly options: ExperimentOptions,
    private readonly outputs: z.infer<typeof outputsSchema>,
    private readonly cluster: ClusterReader,
    private readonly stack: string,
    private readonly env: LabEnvironment,
    private readonly say: (sentence: string) => void,
  ) {}

  async run(
    todo: readonly { readonly mode: ScalingMode; readonly repeat: number }[],
  ): Promise<RunRecord[]> {
    const scaling = await ScalingSwitch.open(this.stack, this.env);
    const runs: RunRecord[] = [];
    let current: ScalingMode | undefined;
    let secondsOfRuns = 0;
    try {
      for (const [index, { mode, repeat }] of todo.entries()) {
        if (mode !== current) {
          await step(`switching to scalingMode ${mode}`, () => scaling.to(mode));
          current = mode;
        }
        const started = Date.now();
        const title = `run ${index + 1} of ${todo.length}: ${mode} ${repeat}`;
        const run = await step(title, (report) => this.one(mode, repeat, report));
        await this.folder.write(run);
        runs.push(run);
        secondsOfRuns += (Date.now() - started) / 1000;
        const left = todo.length - index - 1;
        if (left > 0) {
          const minutes = Math.ceil((left * secondsOfRuns) / (index + 1) / 60);
          this.say(`${left} runs to go, about ${minutes} min`);
        }
      }
    } finally {
      await step("back to the stack's own settings", () => scaling.back());
      await scaling.close();
    }
    return runs;
  }

  private async one(
    mode: ScalingMode,
    repeat: number,
    report: (state: string) => void,
  ): Promise<RunRecord> {
    const { NATS_URL: url = this.outputs.natsUrl, NATS_USER: user, NATS_PASSWORD: pass } = this.env;
    const connection = await connect({ servers: url, name: 'experiment', user, pass });
    try {
      const sampler = new ClusterSampler(this.cluster, await connection.jetstreamManager());
      await sampler.start();
      const { minReplicas } = this.outputs.scaling;
      const run = await experimentRun(sampler, {
        mode,
        repeat,
        profile: this.options.profile,
        floor: mode === 'cpu' ? Math.max(1, minReplicas) : minReplicas,
        env: { ...this.env, NATS_URL: url },
        report,
      });
      await sampler.stop();
      return run;
    } finally {
      await connection.close();
    }
  }
}

async function labOutputs(
  env: LabEnvironment,
  stack: string,
): Promise<z.infer<typeof outputsSchema>> {
  const text = await readPulumi(env, ['stack', 'output', '--json', '--stack', stack]);
  const outputs = outputsSchema.safeParse(JSON.parse(text));
  if (outputs.success) return outputs.data;
  throw new LabError(`stack "${stack}" has no lab of this version: bring it up with "npm run up"`);
}

async function openFolder(
  options: ExperimentOptions,
  outputs: z.infer<typeof outputsSchema>,
): Promise<ResultFolder> {
  const { modes, profile, repeat, slo } = options;
  const { stdout: commit } = await execa('git', ['describe', '--always', '--dirty'], {
    cwd: PROJECT_ROOT,
  });
  const [{ model } = { model: 'unknown' }] = cpus();
  const setup: Setup = {
    profile,
    repeats: repeat,
    modes: [...modes],
    sloSeconds: slo,
    settings: outputs.scaling,
    machine: { cpus: cpus().length, model, memoryGiB: Math.round(totalmem() / 2 ** 30) },
    kubernetes: outputs.versions.kubernetes,
    commit,
    command:
      `npm run experiment -- --modes ${modes.join(',')} --profile ${profile} ` +
      `--repeat ${repeat} --slo ${slo}`,
  };
  const day = new Date().toISOString().slice(0, 10);
  const path = options.out ?? join(PROJECT_ROOT, 'results', `${day}-${profile}`);
  return ResultFolder.open(path, setup);
}

async function writeResults(
  folder: ResultFolder,
  runs: readonly RunRecord[],
  say: (sentence: string) => void,
): Promise<void> {
  const summary = summarize(folder.setup, runs);
  await folder.writeReport('summary.json', `${JSON.stringify(summary, null, 2)}\n`);
  await folder.writeReport('summary.md', summaryMarkdown(summary));
  const report = await folder.writeReport('report.html', await htmlReport(summary, runs));
  process.stdout.write(`${table(summaryRows(summary))}\n`);
  say(`report: ${report}`);
}
