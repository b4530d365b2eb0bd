import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { labScenario } from '../../../cli/simulator/scenario';
import { ROOT, runTs } from '../../support/run';
import { burst } from './support/burst';

jest.setTimeout(60_000);

const simulate = (...args: string[]) => runTs('cli/simulator/main.ts', args);

test('without arguments it shows the lab under a burst, with a chart', async () => {
  const { code, stdout, stderr } = await simulate();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^150 requests \(burst\), mode queue, 0 to 10 replicas/);
  expect(stdout).toMatch(/\ndrained after the last request +[\d.]+ s +[\d.]+ s +[\d.]+ s\n/);
  expect(stdout).toMatch(/\nwanted .*█.* at most 10\n/);
});

test('a run that did not come to its end says how far it was simulated, and nothing of never', async () => {
  const { code, stdout } = await simulate('--requests', '3', '--activation-lag-threshold', '5');
  expect(code).toBe(0);
  expect(stdout).toMatch(/\ndrained after the last request( +not within \d+ s){3}\n/);
  expect(stdout).toMatch(/\n15 of 15 runs were not at rest after \d+ s; the simulation ends there/);
  expect(stdout).not.toContain('never');
});

test('as JSON it holds the scenario, every run and the spread', async () => {
  const { stdout } = await simulate('--json', '--runs', '2', '--requests', '30', '--mode', 'kpi');
  const outcome = JSON.parse(stdout) as Record<string, unknown> & { runs: { drain: number }[] };
  expect(outcome).toMatchObject({
    scenario: { mode: 'kpi', load: { requests: 30 } },
    objective: { measure: 'p95', seconds: 10 },
    spread: { drain: { runs: 2 } },
    cut: 0,
  });
  expect(outcome.runs).toHaveLength(2);
});

test('it proposes settings as commands, and fails where nothing keeps the objective', async () => {
  const quick = ['--optimise', '--requests', '60', '--runs', '2', '--quiet', '0'];
  const kept = await simulate(...quick, '--slo', 'p95<8s');
  expect(kept.code).toBe(0);
  expect(kept.stdout).toMatch(/\nnpx pulumi config set minReplicas \d+\n/);
  const missed = await simulate(...quick, '--slo', 'p95<1s');
  expect(missed.code).toBe(1);
  expect(missed.stdout).toContain('Nothing keeps it with at most 10 replicas');
});

test('a day that a single worker falls behind is shown to its end', async () => {
  const { code, stdout, stderr } = await simulate(
    ...['--mode', 'conflict', '--profile', 'day', '--runs', '1'],
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/\nlag .* at most \d{5,}\n/);
});

test('the help names what the model leaves out', async () => {
  const { stdout } = await simulate('--help');
  expect(stdout.replace(/\s+/g, ' ')).toContain('Not in the model: ContainerResource metrics');
});

test('every fault in the arguments is told at once', async () => {
  const { code, stderr } = await simulate(
    ...['--mode', 'magic', '--slo', 'fast', '--requests', '0', '--pod-start', 'soon'],
    ...['--min-replicas', '11'],
  );
  expect(code).toBe(2);
  expect(stderr.split('\n').filter((line) => line.startsWith('  - '))).toEqual([
    `  - '--mode' is "magic": must be one of queue, cpu, kpi, conflict`,
    `  - '--requests' is "0": must be a whole number from 1 to 100000000`,
    `  - '--pod-start' is "soon": must be a number from 0 to 3600`,
    `  - '--slo' is "fast": must be like p95<10s: p50, p95, p99 or drain, and seconds above 0`,
    `  - '--min-replicas' is 11 and '--max-replicas' is 10: the minimum must not be greater than the maximum`,
  ]);
});

test('more slots than the consumer has requests out are refused', async () => {
  const { code, stderr } = await simulate('--max-replicas', '600');
  expect(code).toBe(2);
  expect(stderr).toContain('has at most 1000 requests out at a time');
});

test('the defaults are those of the stack', async () => {
  const text = await readFile(join(ROOT, 'Pulumi.yaml'), 'utf8');
  const { config } = parse(text) as { config: Record<string, { default: unknown }> };
  const scenario = labScenario(burst(1));
  for (const [key, value] of Object.entries({
    minReplicas: scenario.minReplicas,
    maxReplicas: scenario.maxReplicas,
    lagThreshold: scenario.lagThreshold,
    activationLagThreshold: scenario.activationLagThreshold,
    pollingInterval: scenario.pollingInterval,
    cooldownPeriod: scenario.cooldownPeriod,
    drainTarget: scenario.drainTarget,
    scalingMode: scenario.mode,
    workerConcurrency: scenario.workerConcurrency,
    workerSecondsPerMeme: scenario.secondsPerMeme,
  }))
    expect([key, value]).toEqual([key, config[key]?.default]);
});
