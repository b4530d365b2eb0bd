import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOAD_PROFILES } from '../../../workloads/protocol/load-profile';
import { type ScalingMode } from '../../../workloads/protocol/scaling-mode';
import { CHECKED, check, checkText, readSummary } from '../../../cli/simulator/check';
import { loadOf } from '../../../cli/simulator/load';
import { labScenario } from '../../../cli/simulator/scenario';
import { runPhases } from '../../../cli/simulator/spread';
import { runTs } from '../../support/run';

const NEEDED = 5;
// replicas that an HPA on CPU has ready in fewer than half of the runs
const SOMETIMES_READY = 7;
const SLO_SECONDS = 10;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-check-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/**
 * The summary of an experiment that went as simulated, but for how long its last answers took.
 *
 * @param activation what the lab had; undefined for one from before it was written down
 */
async function experiment(
  mode: ScalingMode,
  drainFactor: number,
  activation?: number,
): Promise<string> {
  const scenario = labScenario(loadOf(LOAD_PROFILES.burst), {
    mode,
    activationLagThreshold: activation ?? 0,
  });
  const { spread } = runPhases(scenario, 3, SLO_SECONDS, NEEDED);
  const ranges = CHECKED.map((name) => {
    const { median, lowest, highest } = spread[name]!;
    const factor = name === 'drain' ? drainFactor : 1;
    return [name, { median: median * factor, min: lowest, max: highest * factor, missing: 0 }];
  });
  const { secondsPerMeme, minReplicas, maxReplicas, lagThreshold } = scenario;
  const { pollingInterval, cooldownPeriod, drainTarget, workerConcurrency } = scenario;
  const settings = {
    ...{ minReplicas, maxReplicas, lagThreshold, pollingInterval, cooldownPeriod },
    ...{ drainTarget, workerConcurrency, workerSecondsPerMeme: secondsPerMeme },
    ...(activation !== undefined && { activationLagThreshold: activation }),
  };
  const summary = {
    setup: { profile: 'burst', repeats: 3, modes: [mode], sloSeconds: SLO_SECONDS, settings },
    needed: NEEDED,
    modes: [{ mode, runs: [], spread: Object.fromEntries(ranges) }],
  };
  const path = join(folder, `${mode}-${drainFactor}-${activation}`);
  await mkdir(path);
  await writeFile(join(path, 'summary.json'), JSON.stringify(summary));
  return path;
}

test('the error of each measure is that of the medians, and the drain is judged', async () => {
  const [checked] = check(await readSummary(await experiment('queue', 1.1)));
  const errors = new Map(checked!.measures.map(({ name, error }) => [name, error]));
  expect(errors.get('drain')).toBeCloseTo(1 / 1.1 - 1, 1);
  expect(errors.get('podSecondsUsed')).toBeCloseTo(0, 1);
  expect(checked).toMatchObject({ mode: 'queue', holds: true });
  const [late] = check(await readSummary(await experiment('queue', 1.5)));
  expect(late!.holds).toBe(false);
});

test('the first worker starts above the threshold that the experiment had', async () => {
  const summary = await readSummary(await experiment('queue', 1, 20));
  expect(summary.setup.settings.activationLagThreshold).toBe(20);
  const [{ measures } = { measures: [] }] = check({
    ...summary,
    setup: { ...summary.setup, profile: 'ramp' },
  });
  // the ramp's first request comes at 3.9 s, its twenty-first at 17.7 s
  expect(measures[0]!.name).toBe('firstReplica');
  expect(measures[0]!.predicted!.lowest).toBeGreaterThan(13.8);
});

test('an experiment from before the threshold was written down had none', async () => {
  const { setup } = await readSummary(await experiment('queue', 1));
  expect(setup.settings.activationLagThreshold).toBe(0);
});

test('a mode whose drain nobody promised is shown and not judged', async () => {
  const [checked] = check(await readSummary(await experiment('cpu', 2)));
  expect(checked!.holds).toBeUndefined();
});

test('what most runs never came to is never, whatever the others came to', async () => {
  const summary = await readSummary(await experiment('cpu', 1));
  const checked = check({ ...summary, needed: SOMETIMES_READY });
  const needed = checked[0]!.measures.find(({ name }) => name === 'neededReplicas')!;
  expect(needed.predicted!.runs).toBeGreaterThan(0);
  expect(needed.error).toBeUndefined();
  expect(checkText(checked)).toMatch(/^neededReplicas .* never +-$/m);
});

test('the command shows the table, and fails where a drain is off', async () => {
  const simulate = (path: string) => runTs('cli/simulator/main.ts', ['--check', path]);
  const kept = await simulate(await experiment('kpi', 0.9));
  expect(kept).toMatchObject({ code: 0, stderr: '' });
  expect(kept.stdout).toMatch(/^kpi +measured +predicted +error\n/);
  expect(kept.stdout).toContain('The drain is predicted within 20 %.');
  const missed = await simulate(await experiment('kpi', 2));
  expect(missed.code).toBe(1);
  expect(missed.stdout).toContain('The drain is not predicted within 20 %.');
});

test('what is no summary is told with the reason', async () => {
  const file = join(folder, 'summary.json');
  await expect(readSummary(folder)).rejects.toThrow(`cannot read "${file}": ENOENT`);
  await writeFile(file, '{"setup":');
  await expect(readSummary(folder)).rejects.toThrow(`"${file}" is not JSON`);
  await writeFile(file, '{"setup":{},"modes":[]}');
  await expect(readSummary(folder)).rejects.toThrow(
    /is not the summary of an experiment: .*needed/s,
  );
});
