import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { htmlReport } from '../../../cli/experiment/report';
import { type RunRecord } from '../../../cli/experiment/run-record';
import { summarize, summaryMarkdown, type Summary } from '../../../cli/experiment/summary';
import { readSummary } from '../../../cli/simulator/check';
import { Chromium } from '../../support/chromium';
import { temporaryFolder } from '../../local/support/temporary-folder';
import { run, sample, SETUP } from './support/runs';

jest.setTimeout(60_000);

const RUNS = [
  ...[1, 2, 3].map((repeat) => run({ repeat })),
  ...[1, 2, 3].map((repeat) =>
    run({
      mode: 'cpu',
      repeat,
      samples: [
        sample(0, { ready: 1, pods: 1, wanted: 1 }),
        sample(10, { stuck: ['<worker>: AmbiguousSelector'] }),
        sample(50),
      ],
    }),
  ),
];

let summary: Summary;

beforeAll(() => {
  summary = summarize(SETUP, RUNS);
});

test('the table has a column for each mode and says what is noise', () => {
  const lines = summaryMarkdown(summary).split('\n');

  expect(lines[0]).toBe('|  | queue | cpu |');
  expect(lines).toContain('| first replica ready | 8.0 s | 0.0 s |');
  expect(lines).toContain('| frozen at | never | 0 pods |');
  expect(lines).toContain('| autoscaler could not scale | 0 s | 40 s |');
});

test('a mode with equal runs is marked where it is inside the range of the first one', () => {
  const peak = (mode: RunRecord['mode'], pods: readonly number[]) =>
    pods.map((wanted, index) =>
      run({ mode, repeat: index + 1, samples: [sample(0, { wanted }), sample(9)] }),
    );
  const row = (queue: readonly number[], cpu: readonly number[]) =>
    summaryMarkdown(summarize(SETUP, [...peak('queue', queue), ...peak('cpu', cpu)]))
      .split('\n')
      .find((line) => line.startsWith('| most replicas'));

  expect(row([10, 8, 12], [9, 9, 9])).toBe(
    '| most replicas | 10 pods (8 to 12) | 9 pods, inside the noise |',
  );
  expect(row([9, 9, 9], [9, 9, 9])).toBe('| most replicas | 9 pods | 9 pods |');
  expect(row([10], [9])).toBe('| most replicas | 10 pods | 9 pods, inside the noise |');
});

test('never is in the table as often as it was, with what the other runs came to', () => {
  const unanswered = [{ id: 'open', due: 0, answers: 0 }];
  const drained = (seconds: number) => [{ id: 'r', due: 0, answered: seconds, answers: 1 }];
  const row = (...requests: RunRecord['requests'][]) =>
    summaryMarkdown(
      summarize(
        SETUP,
        requests.map((each, index) => run({ repeat: index + 1, requests: each })),
      ),
    )
      .split('\n')
      .find((line) => line.startsWith('| drained'));

  expect(row(drained(45), unanswered, drained(50))).toBe(
    '| drained | 50.0 s (45.0 to 50.0), 1 x never |',
  );
  expect(row(unanswered, drained(45), unanswered)).toBe('| drained | never (45.0 s), 2 x never |');
  expect(row(unanswered, drained(45), drained(50), unanswered)).toBe(
    '| drained | never (45.0 to 50.0 s), 2 x never |',
  );
  expect(row(unanswered, unanswered)).toBe('| drained | never |');
});

test('the summary is what a simulation is checked against', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'summary.json'), JSON.stringify(summary));

  const { setup, needed, modes } = await readSummary(folder);

  expect({ needed, drain: modes[0]!.spread.drain }).toEqual({
    needed: 5,
    drain: { median: 12, min: 12, max: 12 },
  });
  expect(setup.profile).toBe('burst');
});

test('the report opens without a network, draws its charts, and names what could not scale', async () => {
  const file = join(await temporaryFolder(), 'report.html');
  await writeFile(file, await htmlReport(summary, RUNS));
  const browser = await Chromium.start();
  try {
    const { page, faults } = await browser.open(`file://${file}`);

    expect(await page.locator('canvas').count()).toBe(3);
    expect(await page.locator('.loud').innerText()).toMatch(
      /^cpu: the autoscalers froze the worker at 0 replicas and could not scale for 40 seconds/,
    );
    // what comes from elsewhere would be listed here
    const loaded = await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => name),
    );
    expect({ loaded, faults }).toEqual({ loaded: [], faults: [] });
    expect(await page.getByText('2 x a <fast> one, 24 GiB').count()).toBe(1);
  } finally {
    await browser.stop();
  }
});
