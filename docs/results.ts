import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDER = join(__dirname, 'results');

/** The page with the results of the full runs. */
export const RESULTS_PAGE = join(FOLDER, 'README.md');

interface Summary {
  readonly setup: {
    readonly profile: string;
    readonly repeats: number;
    readonly machine: {
      readonly cpus: number;
      readonly model: string;
      readonly memoryGiB: number;
    };
    readonly kubernetes: string;
    readonly commit: string;
    readonly command: string;
  };
  readonly needed: number;
}

/** The page as it follows from the folders of results beside it, the latest first. */
export async function resultsPage(): Promise<string> {
  const entries = await readdir(FOLDER, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const sections = await Promise.all(names.sort().reverse().map(section));
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

async function section(name: string): Promise<string> {
  const [json, table] = await Promise.all(
    ['summary.json', 'summary.md'].map((file) => readFile(join(FOLDER, name, file), 'utf8')),
  );
  const { setup, needed } = JSON.parse(json!) as Summary;
  const { machine } = setup;
  return [
    `## ${name}: ${setup.profile}`,
    '',
    `- ${setup.repeats} runs of each mode; the load needs ${needed} replicas`,
    `- ${machine.cpus} x ${machine.model}, ${machine.memoryGiB} GiB, Kubernetes ${setup.kubernetes}, program ${setup.commit}`,
    `- \`${setup.command}\``,
    `- [report](${name}/report.html), [summary](${name}/summary.json)`,
    '',
    table!,
  ].join('\n');
}

if (require.main === module) void resultsPage().then((text) => writeFile(RESULTS_PAGE, text));
