import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { measuredTimes, timesTable } from '../../docs/times';
import { ROOT, runTs } from '../support/run';

test('each step stands beside its last time and its aim, those that did not run too', () => {
  const recorded = { 'npm test': { last: 561, aim: 240 }, up: { aim: 1080 }, 'end to end': {} };
  const measured = measuredTimes('npm test\t239\nup\t61\nrepair\t7\n');
  expect(timesTable('warm', recorded, measured).split('\n')).toEqual([
    'warm cache         now        last          aim',
    'npm test    3 min 59 s  9 min 21 s   4 min 00 s',
    'up          1 min 01 s           -  18 min 00 s',
    'end to end           -           -            -',
    'repair      0 min 07 s           -            -',
  ]);
});

test('a line that is no time is refused', () => {
  expect(() => measuredTimes('npm test\tlong')).toThrow(
    '"npm test\tlong" is not a step and its seconds',
  );
});

test('every step that .ci/run times has its row', async () => {
  const script = await readFile(join(ROOT, '.ci/run'), 'utf8');
  const steps = [...script.matchAll(/^step '([^']+)'/gm)].map(([, name]) => name!);
  const recorded = JSON.parse(await readFile(join(ROOT, 'docs/times.json'), 'utf8')) as object;
  for (const run of Object.values(recorded) as object[])
    expect(Object.keys(run)).toEqual([...steps, 'whole run']);
});

test('says how it is called', async () => {
  const { code, stderr } = await runTs('docs/times.ts', ['lukewarm', 'x']);
  expect(code).toBe(1);
  expect(stderr).toContain('usage: docs/times.ts cold|warm');
});
