import { access, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { parse } from 'yaml';
import { publishedResults, RESULTS_PAGE, resultsPage } from '../../docs/results';
import { htmlReport } from '../../cli/experiment/report';
import { summarize, summaryMarkdown } from '../../cli/experiment/summary';
import { ROOT, run } from '../support/run';
import { document, documents, type Document } from './document';
import { EXECUTED } from './executed-commands';

jest.setTimeout(300_000);

const FENCES = ['', 'text', 'ts', 'diff', 'dockerfile', 'yaml', 'sh', 'sh internet', 'sh cluster'];
const SIMULATE = /^npm run simulate\b/;

let pages: Document[];
let scripts: Record<string, string>;
let settings: string[];

beforeAll(async () => {
  pages = await documents();
  const packageFile = await readFile(join(ROOT, 'package.json'), 'utf8');
  ({ scripts } = JSON.parse(packageFile) as { scripts: Record<string, string> });
  const project = parse(await readFile(join(ROOT, 'Pulumi.yaml'), 'utf8')) as { config: object };
  settings = Object.keys(project.config);
});

test('every fenced block says what it is', () => {
  const unknown = pages.flatMap(({ path, fences }) =>
    fences.filter((info) => !FENCES.includes(info)).map((info) => `${path}: ${info}`),
  );
  expect(unknown).toEqual([]);
});

test('every command that needs neither the internet nor a cluster is run by a test', async () => {
  const untested = pages.flatMap(({ path, blocks }) =>
    blocks
      .filter(({ needs }) => needs === undefined)
      .flatMap(({ commands }) => commands)
      .filter((command) => !SIMULATE.test(command))
      .filter((command) => !EXECUTED.some((known) => known.command.test(command)))
      .map((command) => `${path}: ${command}`),
  );
  expect(untested).toEqual([]);
  for (const { test: file, evidence } of EXECUTED)
    expect(await readFile(join(ROOT, file), 'utf8')).toContain(evidence);
});

test('npm run simulate is the program that the next test runs', () => {
  expect(scripts.simulate).toBe('tsx cli/simulator/main.ts');
});

test('every simulation in the pages runs, and prints what is shown', async () => {
  const blocks = pages.flatMap(({ blocks }) => blocks);
  const simulations = blocks.flatMap(({ commands, output }) =>
    commands
      .filter((command) => SIMULATE.test(command))
      .map((command, index) => ({
        command,
        output: index === commands.length - 1 ? output : undefined,
      })),
  );
  expect(simulations.length).toBeGreaterThan(5);
  for (const { command, output } of simulations) {
    // what the script stands for, without the seconds that npm takes
    const script = command.replace('npm run simulate', 'node --require tsx/cjs $SIMULATE');
    const env = { SIMULATE: 'cli/simulator/main.ts' };
    const outcome = await run('bash', ['-c', script.replace(' -- ', ' ')], { env });
    expect({ command, code: outcome.code }).toEqual({ command, code: 0 });
    if (output !== undefined) expect(outcome.stdout).toBe(output);
  }
});

test('every script that is named exists', () => {
  const missing = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)]
      .map(([, script]) => script!)
      .filter((script) => scripts[script] === undefined)
      .map((script) => `${path}: npm run ${script}`),
  );
  expect(missing).toEqual([]);
});

test('every setting that is set exists', () => {
  const missing = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/config set (?:--stack dev )?(?:--secret )?(\w+)/g)]
      .map(([, key]) => key!)
      .filter((key) => !settings.includes(key))
      .map((key) => `${path}: ${key}`),
  );
  expect(missing).toEqual([]);
});

test('the page of results follows from their folders; "npm run docs:results" writes it', async () => {
  expect(await readFile(RESULTS_PAGE, 'utf8')).toBe(await resultsPage());
});

test('the summaries in the folders of results follow from their runs', async () => {
  for (const { folder, runs } of await publishedResults()) {
    const summary = summarize(folder.setup, runs);
    const stored = (name: string) => readFile(join(folder.path, name), 'utf8');
    expect(JSON.parse(await stored('summary.json'))).toEqual(JSON.parse(JSON.stringify(summary)));
    expect(await stored('summary.md')).toBe(summaryMarkdown(summary));
    expect(await stored('report.html')).toBe(await htmlReport(summary, runs));
  }
});

test('every link inside the repository leads somewhere', async () => {
  const broken: string[] = [];
  for (const { path, links } of pages)
    for (const link of links) {
      const [target, anchor] = link.split('#') as [string, string | undefined];
      const file = target === '' ? path : normalize(join(dirname(path), target));
      if (!(await exists(file))) broken.push(`${path}: ${link}`);
      else if (anchor !== undefined && !(await anchorsOf(file)).has(anchor))
        broken.push(`${path}: ${link}`);
    }
  expect(broken).toEqual([]);
});

test('every file and folder that is named exists', async () => {
  const missing: string[] = [];
  for (const { path, inlineCode, blocks } of pages)
    for (const code of [...inlineCode, ...blocks.flatMap(({ commands }) => commands)])
      for (const [name] of code.matchAll(
        /(?<![\w./-])(charts|cli|docs|infra|local|tests|workloads|\.github|\.ci)\/[\w./-]*/g,
      ))
        if (!(await exists(name.replace(/\.$/, '')))) missing.push(`${path}: ${name}`);
  expect(missing).toEqual([]);
});

test('a page is read with its blocks, their needs and outputs', () => {
  const page = document(
    'docs/page.md',
    [
      '# One & two',
      '```sh internet',
      'npm ci   # once',
      'a \\',
      '  b',
      '```',
      '',
      '```text',
      'out',
      '```',
      '`code` [link](other.md#x) [far](https://example.com)',
    ].join('\n'),
  );
  expect(page.blocks).toEqual([
    { needs: 'internet', commands: ['npm ci', 'a    b'], output: 'out\n' },
  ]);
  expect(page.inlineCode).toEqual(['code']);
  expect(page.links).toEqual(['other.md#x']);
  expect(page.anchors).toEqual(new Set(['one--two']));
});

async function anchorsOf(file: string): Promise<ReadonlySet<string>> {
  return document(file, await readFile(join(ROOT, file), 'utf8')).anchors;
}

function exists(path: string): Promise<boolean> {
  return access(join(ROOT, path)).then(
    () => true,
    () => false,
  );
}
