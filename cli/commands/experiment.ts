import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import execa from 'execa';
import * as z from 'zod';
import { Experiment } from '../experiment/experiment';
import { runPlan, type PlannedRun } from '../experiment/run-plan';
import { type ExperimentOptions } from '../experiment/experiment-options';
import { ResultFolder } from '../experiment/result-folder';
import { type RunRecord, type Setup, setupSchema } from '../experiment/run-record';
import { summarize, summaryRows } from '../experiment/summary';
import { writeSummary } from '../experiment/summary-files';
import { type LabContext } from '../../local/lab-context';
import { type LabEnvironment, labEnvironment } from '../../local/lab-environment';
import { LabError } from '../../local/lab-error';
import { readPulumi } from '../../local/pulumi-cli';
import { PROJECT_ROOT } from '../../local/stack';
import { stackKubeconfig } from '../../local/stack-kubeconfig';
import { ApiReader } from '../../local/api-reader';
import { table } from '../status/table';

const outputsSchema = z.object({
  natsUrl: z.string(),
  versions: z.object({ kubernetes: z.string() }),
  // without it the stack was deployed by an older version, whose threshold is unknown
  scaling: setupSchema.shape.settings.extend({ activationLagThreshold: z.number() }),
});

/** Runs the same load repeatedly under each scaling mode and writes a report that compares them. */
export async function experiment(
  { config, toolchain, say }: LabContext,
  stack: string,
  options: ExperimentOptions,
): Promise<void> {
  const env = await labEnvironment(config, toolchain, stack, say);
  const outputs = await labOutputs(env, stack);
  const folder = await openFolder(options, outputs);
  const cluster = new ApiReader(await stackKubeconfig(config, stack));
  const wanted = runPlan(options.modes, options.repeat, options.seed);
  const runs: RunRecord[] = [];
  const todo: PlannedRun[] = [];
  for (const each of wanted) {
    const done = await folder.read(each.mode, each.repeat);
    if (done === undefined) todo.push(each);
    else runs.push(done);
  }
  say(`${runs.length} of ${wanted.length} runs are already done; results are in ${folder.path}`);
  if (todo.length > 0) {
    const natsUrl = env.NATS_URL ?? outputs.natsUrl;
    runs.push(...(await Experiment.run({ folder, stack, natsUrl, cluster, env, say }, todo)));
  }
  await writeResults(folder, runs, say);
}

async function labOutputs(
  env: LabEnvironment,
  stack: string,
): Promise<z.infer<typeof outputsSchema>> {
  const args = ['stack', 'output', '--json', '--stack', stack];
  const text = await readPulumi(
    env,
    args,
    'if the stack does not exist yet, bring the lab up first: npm run up',
  );
  const outputs = outputsSchema.safeParse(JSON.parse(text));
  if (outputs.success) return outputs.data;
  throw new LabError(
    `stack "${stack}" was deployed by another version: update it with "npm run up"`,
  );
}

async function openFolder(
  options: ExperimentOptions,
  outputs: z.infer<typeof outputsSchema>,
): Promise<ResultFolder> {
  const { modes, profile, repeat, slo, giveUp } = options;
  const { stdout: commit } = await execa('git', ['describe', '--always', '--dirty'], {
    cwd: PROJECT_ROOT,
  });
  const [{ model } = { model: 'unknown' }] = cpus();
  const setup: Setup = {
    profile,
    repeats: repeat,
    modes: [...modes],
    sloSeconds: slo,
    giveUpSeconds: giveUp,
    settings: outputs.scaling,
    machine: { cpus: cpus().length, model, memoryGiB: Math.round(totalmem() / 2 ** 30) },
    kubernetes: outputs.versions.kubernetes,
    commit,
    command:
      `npm run experiment -- --modes ${modes.join(',')} --profile ${profile} ` +
      `--repeat ${repeat} --slo ${slo} --give-up ${giveUp}`,
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
  const report = await writeSummary(folder, summary, runs);
  process.stdout.write(`${table(summaryRows(summary))}\n`);
  say(`report: ${report}`);
}
