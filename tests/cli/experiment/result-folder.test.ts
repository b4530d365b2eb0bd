import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ResultFolder } from '../../../cli/experiment/result-folder';
import { LabError } from '../../../local/lab-error';
import { temporaryFolder } from '../../local/support/temporary-folder';
import { run, SETUP } from './support/runs';

let path: string;

beforeEach(async () => {
  path = join(await temporaryFolder(), 'results');
});

test('a run is read back as it was written, and one that is not there is not', async () => {
  const opened = await ResultFolder.open(path, SETUP);
  await opened.write(run({ repeat: 2, leftOver: 3, redeliveries: 1 }));

  const again = await ResultFolder.open(path, SETUP);
  expect(await again.read('queue', 2)).toEqual(run({ repeat: 2, leftOver: 3, redeliveries: 1 }));
  expect(await again.read('queue', 1)).toBeUndefined();
});

test('a run keeps its offset, and whether the mode was switched before it', async () => {
  const made = run({ offsetSeconds: 7.4, afterSwitch: true });
  const opened = await ResultFolder.open(path, SETUP);
  await opened.write(made);
  expect(await opened.read('queue', 1)).toEqual(made);
});

test('the series is lines of JSON: the run, then its samples and requests', async () => {
  const opened = await ResultFolder.open(path, SETUP);
  await opened.write(run());

  const text = await readFile(join(path, 'series/queue-1.jsonl'), 'utf8');
  const kinds = text
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { kind: string }).kind);
  expect(kinds).toEqual([
    'run',
    ...run().samples.map(() => 'sample'),
    ...run().requests.map(() => 'request'),
  ]);
  expect(await readdir(join(path, 'series'))).toEqual(['queue-1.jsonl']);
});

test('more repeats and other modes go on with it, anything else is another experiment', async () => {
  await ResultFolder.open(path, SETUP);

  const changes = { repeats: 5, modes: ['kpi' as const], command: 'npm run experiment -- again' };
  const more = await ResultFolder.open(path, { ...SETUP, ...changes, commit: 'later' });
  expect(more.setup).toEqual({ ...SETUP, ...changes });
  expect(JSON.parse(await readFile(join(path, 'setup.json'), 'utf8'))).toEqual(more.setup);
  const settings = { ...SETUP.settings, maxReplicas: 5 };
  await expect(ResultFolder.open(path, { ...SETUP, settings })).rejects.toThrow(
    /setup.json" is of another experiment: its "settings" is .*"maxReplicas":10.*, now it is .*"maxReplicas":5.*name another folder with --out$/,
  );
});

test('half a run that an interruption left is no run', async () => {
  const opened = await ResultFolder.open(path, SETUP);
  await writeFile(join(path, 'series/queue-1.jsonl.partial'), '{"kind":"run"');

  expect(await opened.read('queue', 1)).toBeUndefined();
});

test('a folder of an earlier version is told with what it lacks', async () => {
  const settings = { ...SETUP.settings, drainTarget: undefined };
  await ResultFolder.open(path, SETUP);
  await writeFile(join(path, 'setup.json'), JSON.stringify({ ...SETUP, settings }));

  const opened = ResultFolder.open(path, SETUP);
  await expect(opened).rejects.toThrow(LabError);
  await expect(opened).rejects.toThrow(
    /setup.json" is not as this version writes it: .*settings\.drainTarget\nname another folder with --out$/s,
  );
});

test.each([
  ['a run without what is recorded now', '{"kind":"run","startedAt":1}', /leftOver\nname another/],
  ['a sample without it', '{"kind":"sample","t":1}', /stuck\nname another/],
  ['no JSON', '{"kind":', /queue-1.jsonl" is not JSON: .*; name another folder with --out$/],
])('a series with %s is told', async (_case, line, message) => {
  const opened = await ResultFolder.open(path, SETUP);
  await opened.write(run());
  const file = join(path, 'series/queue-1.jsonl');
  const text = await readFile(file, 'utf8');
  const isHead = line.includes('"run"');
  await writeFile(file, isHead ? text.replace(/^.*\n/, `${line}\n`) : `${text}${line}\n`);

  const read = opened.read('queue', 1);
  await expect(read).rejects.toThrow(LabError);
  await expect(read).rejects.toThrow(message);
});
