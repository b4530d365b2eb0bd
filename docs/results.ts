import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ResultFolder } from '../cli/experiment/result-folder';
import { type RunRecord, setupSchema } from '../cli/experiment/run-record';
import { summarize, summaryMarkdown } from '../cli/experiment/summary';
import { writeSummary } from '../cli/experiment/summary-files';

const FOLDER = join(__dirname, 'results');

/** The page with the results of the full runs. */
export const RESULTS_PAGE = join(FOLDER, 'README.md');

/** A folder of results with its runs. */
interface Results {
  readonly name: string;
  readonly folder: ResultFolder;
  readonly runs: readonly RunRecord[];
}

/** The folders of results, the latest first. */
export async function publishedResults(): Promise<Results[]> {
  const entries = await readdir(FOLDER, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(names.sort().reverse().map(results));
}

/** The page as it follows from the folders of results beside it, the latest first. */
export async function resultsPage(): Promise<string> {
  const sections = await Promise.all((await publishedResults()).map(section));
  return [
    '<!-- written by "npm run docs:results" from the folders beside it -->',
    '',
    '# Results',
    '',
    'Full runs of `npm run experiment` on the local cluster. What the measures mean is in',
    '[Experiments](../experiments.md#measures). A cell is the median and the range of the repeats.',
    '',
    ...sections,
  ].join('\n');
}

async function results(name: string): Promise<Results> {
  const path = join(FOLDER, name);
  const setup = setupSchema.parse(JSON.parse(await readFile(join(path, 'setup.json'), 'utf8')));
  const folder = await ResultFolder.open(path, setup);
  const runs = setup.modes.flatMap((mode) =>
    Array.from({ length: setup.repeats }, (_, index) => folder.read(mode, index + 1)),
  );
  const done = (await Promise.all(runs)).filter((run) => run !== undefined);
  return { name, folder, runs: done };
}

async function section({ name, folder, runs }: Results): Promise<string> {
  const summary = summarize(folder.setup, runs);
  const { setup, needed } = summary;
  const { machine } = setup;
  return [
    `## ${name}: ${setup.profile}`,
    '',
    `- ${setup.repeats} runs of each mode; the load needs ${needed} replicas`,
    `- ${machine.cpus} x ${machine.model}, ${machine.memoryGiB} GiB, Kubernetes ${setup.kubernetes}, program ${setup.commit}`,
    `- \`${setup.command}\``,
    `- [report](${name}/report.html), [summary](${name}/summary.json)`,
    '',
    summaryMarkdown(summary),
  ].join('\n');
}

/** Writes the summaries again too, so that they and the page follow from the same formulas. */
async function main(): Promise<void> {
  for (const { folder, runs } of await publishedResults()) {
    await writeSummary(folder, summarize(folder.setup, runs), runs);
  }
  await writeFile(RESULTS_PAGE, await resultsPage());
}

if (require.main === module) void main();
