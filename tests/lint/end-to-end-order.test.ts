import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, run } from '../support/run';

const SORTED = `
import('./tests/support/lab-sequencer.mjs').then(({ default: Sequencer }) => {
  const tests = JSON.parse(process.argv[1]).map((path) => ({ path }));
  const sorted = Sequencer.prototype.sort(tests).map(({ path }) => path);
  console.log(JSON.stringify(sorted));
});`;

test('end-to-end tests that leave the worker alone run while it cools down, and the teardown is last', async () => {
  const files = await readdir(join(ROOT, 'tests/e2e'), { recursive: true });
  const tests = files.filter((file) => file.endsWith('.test.ts')).map((file) => `/lab/e2e/${file}`);
  const { stdout } = await run('node', ['-e', SORTED, JSON.stringify(tests)]);
  const order = (JSON.parse(stdout) as string[]).map((path) => path.slice('/lab/e2e/'.length, -8));
  expect(order).toEqual([
    'lab/01-scaling',
    'lab/02-disruption',
    'provider/readiness',
    'lab/03-node-recovery',
    'provider/custom-resources',
    'lab/monitoring',
    'lab/network-edges',
    'provider/failures',
    'lab/observer',
    'lab/scaling-modes',
    'lab/streams',
    'lab/vpa',
    'page/01-make',
    'provider/objects',
    'page/02-scale',
    'provider/workloads',
    'teardown/lifecycle',
  ]);
});
