import fc from 'fast-check';
import { SCALING_MODES } from '../../../workloads/protocol/scaling-mode';
import { loadOf } from '../../../cli/simulator/load';
import { measure } from '../../../cli/simulator/measures';
import { labScenario, type Scenario } from '../../../cli/simulator/scenario';
import { simulate } from '../../../cli/simulator/simulation';
import { runMeasures } from '../../../cli/experiment/measures/run-measures';
import { run as runRecord, SETUP } from '../experiment/support/runs';
import { burst, profileOf } from './support/burst';

const phases = { poll: 0.5, sync: 10, scrape: 0 };
/** Round figures, so that the moments can be worked out by hand. */
const SIMPLE = { podStartSeconds: 1.6, secondsBesideMaking: 0 };

function run(requests: number, changes: Partial<Omit<Scenario, 'load'>> = {}) {
  return simulate(labScenario(burst(requests), { ...SIMPLE, phases, ...changes }));
}

test('one request from zero waits for a poll, a pod and its making', () => {
  const outcome = measure(run(1), 10);
  expect(outcome.firstWanted).toBeCloseTo(0.5);
  expect(outcome.drain).toBeCloseTo(0.5 + 1.6 + 2);
  // work was last seen at 3.5, kept as 3, and the first poll past 33 is at 33.5
  expect(outcome.rest).toBeCloseTo(33.5);
  expect(outcome).toMatchObject({ peakReplicas: 1, reversals: 1, sloShare: 1 });
  expect(outcome.podSecondsUsed).toBeCloseTo(33);
  expect(outcome.podSecondsWasted).toBeCloseTo(32);
});

test('moments count from the first request, as those of a measured run do', () => {
  const load = loadOf(
    profileOf([
      { kind: 'linear', seconds: 10, fromPerSecond: 0, toPerSecond: 0 },
      { kind: 'burst', requests: 1 },
    ]),
  );
  const late = measure(simulate(labScenario(load, { ...SIMPLE, phases })), 10);
  expect(late.firstWanted).toBeCloseTo(0.5);
  expect(late.firstReplica).toBeCloseTo(0.5 + 1.6);
  expect(late.neededReplicas).toBeCloseTo(0.5 + 1.6);
  expect(late.firstAnswer).toBeCloseTo(0.5 + 1.6 + 2);
  expect(late.rest).toBeCloseTo(33.5);
  expect(late.podSecondsUsed).toBeCloseTo(33);
  const kept = measure(simulate(labScenario(load, { ...SIMPLE, phases, minReplicas: 2 })), 10);
  expect(kept).toMatchObject({ firstReplica: 0, rest: 0 });
  expect(kept.podSecondsUsed).toBeCloseTo(2 * 2);
});

test('a burst has one worker until the HPA looks, and then as many as the lag asks for', () => {
  const { replicas } = run(40, { podStartSeconds: 1.5, podStartSpacing: 0, lagThreshold: 8 });
  // at 10 s eight of the 40 are done: one worker with two slots had four rounds since 2 s
  expect(replicas.slice(0, 5)).toEqual([
    { at: 0, wanted: 0, ready: 0 },
    { at: 0.5, wanted: 1, ready: 0 },
    { at: 2, wanted: 1, ready: 1 },
    { at: 10, wanted: 4, ready: 1 },
    { at: 11.5, wanted: 4, ready: 4 },
  ]);
});

test('a policy of one pod in 15 seconds adds one at every sync, wherever the steps of time fall', () => {
  // 2 s and 60 ms for a meme make steps of 98 ms, which do not divide 15 s
  const slow = {
    secondsBesideMaking: 0.06,
    scaleUp: {
      stabilizationWindowSeconds: 0,
      policies: [{ type: 'Pods', value: 1, periodSeconds: 15 }],
    },
  } as const;
  for (const sync of [2, 5.5, 9.3, 13.1]) {
    const { replicas, stepSeconds } = run(300, { ...slow, phases: { ...phases, sync } });
    [2, 3, 4, 5].forEach((wanted, index) => {
      const late = replicas.find((change) => change.wanted === wanted)!.at - (sync + index * 15);
      expect(late).toBeGreaterThan(-1e-6);
      expect(late).toBeLessThan(stepSeconds);
    });
  }
});

test('mode kpi asks for the workers that drain the backlog in time, once the metric is taken', () => {
  const kpi = {
    mode: 'kpi',
    drainTarget: 20,
    scrapeInterval: 4,
    podStartSpacing: 0,
  } as const;
  const { replicas } = run(100, { ...kpi, phases: { poll: 0.5, sync: 10, scrape: 3 } });
  expect(replicas[1]).toEqual({ at: 3.5, wanted: 1, ready: 0 });
  // taken at 7 s, when two of two slots are busy and two are answered: 98 x 2 s / 20 s / 2
  expect(replicas.find(({ at }) => at >= 10)).toMatchObject({ at: 10, wanted: 5 });
});

test('mode conflict leaves the workers frozen at one', () => {
  const outcome = measure(run(100, { mode: 'conflict' }), 10);
  expect(outcome.peakReplicas).toBe(1);
  expect(outcome.drain).toBeCloseTo(0.5 + 1.6 + 100);
});

test('mode cpu never goes to zero, and sees nothing of a queue whose memes need no CPU', () => {
  const idle = run(100, { mode: 'cpu', cpuPerMeme: 0 });
  expect(Math.max(...idle.replicas.map(({ wanted }) => wanted))).toBe(1);
  const busy = run(100, { mode: 'cpu', cpuPerMeme: 0.04 });
  expect(busy.replicas.map(({ wanted }) => wanted)).not.toContain(0);
  // one worker makes one meme a second: 0.04 + 0.003 cores of 0.05, 86 % against 50 %
  expect(busy.replicas.find(({ wanted }) => wanted > 1)?.wanted).toBe(2);
});

test('what JetStream has out at a time bounds the workers together', () => {
  const few = measure(run(60, { maxAckPending: 4, minReplicas: 10 }), 10);
  expect(few.drain).toBeCloseTo(60 / 2);
});

test('repeats take no time to make', () => {
  const load = loadOf({ ...profileOf([{ kind: 'burst', requests: 200 }]), repeatShare: 0.5 });
  const half = simulate(labScenario(load, { ...SIMPLE, minReplicas: 10, phases }));
  expect(measure(half, 10).drain).toBeCloseTo(10);
});

test.each<[string, number, Partial<Omit<Scenario, 'load'>>]>([
  ['a long queue', 40_000, {}],
  ['a queue that one worker has to drain', 9000, { mode: 'conflict' }],
  ['a cooldown of hours', 30, { cooldownPeriod: 9000 }],
  [
    'a floor that is reached by one pod a minute',
    300,
    {
      minReplicas: 1,
      maxReplicas: 100,
      scaleDown: {
        stabilizationWindowSeconds: 300,
        policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }],
      },
    },
  ],
])('%s comes to rest before the horizon', (_, requests, changes) => {
  const outcome = run(requests, changes);
  expect(outcome.isCut).toBe(false);
  expect(outcome.end).toBeGreaterThan(3600);
  expect(measure(outcome, 10)).toMatchObject({
    drain: expect.any(Number) as number,
    rest: expect.any(Number) as number,
  });
});

test('a run that does not end says what is left', () => {
  const stopped = run(100, { mode: 'conflict', horizon: 20 });
  expect(stopped.unanswered).toBeGreaterThan(0);
  expect(stopped.isCut).toBe(true);
  expect(measure(stopped, 10)).toMatchObject({ drain: undefined, rest: undefined, p99: undefined });
});

test.each(['queue', 'kpi', 'cpu'] as const)(
  'mode %s with pods at rest waits for the whole scale-up window',
  (mode) => {
    const { scaleUp } = labScenario(burst(1));
    const patient = { ...scaleUp, stabilizationWindowSeconds: 60 };
    for (const sync of [0.5, 7, 14.5]) {
      const changes = { mode, minReplicas: 1, scaleUp: patient, phases: { ...phases, sync } };
      const { firstWanted } = measure(run(300, changes), 10);
      // the last recommendation at rest is of up to 15 s before the burst
      expect(firstWanted).toBeGreaterThan(45);
      expect(firstWanted).toBeLessThan(76);
      if (mode === 'queue') expect(firstWanted).toBeCloseTo(sync + 45, 0);
    }
  },
);

test('an experiment and the simulator have one set of formulas', () => {
  // one worker makes a meme a second from 2 s on, and is stopped when 100 of 150 are answered
  const cut = run(150, { mode: 'conflict', horizon: 102.1 });
  expect(cut.answered).toBe(100);
  const simulated = measure(cut, 10);
  const requests = Array.from({ length: 150 }, (_, index) => {
    const seconds = 4.1 + 2 * Math.floor(index / 2);
    const answer = { answered: seconds, totalMs: seconds * 1000, answers: 1 };
    return { id: `r${index}`, due: 0, ...(seconds <= 102.1 ? answer : { answers: 0 }) };
  });
  const measured = runMeasures(runRecord({ requests, leftOver: 50 }), SETUP, 1);
  expect(measured.p50).toBeCloseTo(simulated.p50!);
  expect([measured.p95, simulated.p95]).toEqual([null, undefined]);
});

const anyStages = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('burst' as const), requests: fc.integer({ min: 0, max: 200 }) }),
    fc.record({
      kind: fc.constant('linear' as const),
      seconds: fc.integer({ min: 1, max: 60 }),
      fromPerSecond: fc.integer({ min: 0, max: 20 }),
      toPerSecond: fc.integer({ min: 0, max: 20 }),
    }),
  ),
  { minLength: 1, maxLength: 3 },
);

const anyChanges = fc.record({
  mode: fc.constantFrom(...SCALING_MODES),
  minReplicas: fc.integer({ min: 0, max: 3 }),
  maxReplicas: fc.integer({ min: 3, max: 20 }),
  lagThreshold: fc.integer({ min: 1, max: 30 }),
  activationLagThreshold: fc.integer({ min: 0, max: 5 }),
  pollingInterval: fc.integer({ min: 1, max: 30 }),
  cooldownPeriod: fc.integer({ min: 0, max: 60 }),
  workerConcurrency: fc.integer({ min: 1, max: 4 }),
  secondsPerMeme: fc.constantFrom(0.05, 0.33, 1, 2.5),
  podStartSeconds: fc.integer({ min: 0, max: 20 }),
  podStartSpacing: fc.constantFrom(0, 0.5, 2),
});

test('no request is lost or made up, and replicas and pods keep their bounds', () => {
  fc.assert(
    fc.property(anyStages, anyChanges, (stages, changes) => {
      const load = loadOf(profileOf(stages));
      const outcome = simulate(labScenario(load, { ...changes, horizon: load.seconds + 120 }));
      expect(outcome.arrived).toBe(load.requests);
      expect(outcome.answered + outcome.unanswered).toBe(outcome.arrived);
      for (const { wanted, ready } of outcome.replicas) {
        expect(wanted).toBeGreaterThanOrEqual(changes.minReplicas);
        expect(wanted).toBeLessThanOrEqual(changes.maxReplicas);
        expect(ready).toBeLessThanOrEqual(wanted);
      }
      const { podSecondsUsed, podSecondsWasted, p50, p95, p99 } = measure(outcome, 10);
      expect(podSecondsWasted).toBeLessThanOrEqual(podSecondsUsed);
      if (p99 !== undefined) expect(p50! <= p95! && p95! <= p99).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('one worker that takes longer to start never drains a queue earlier', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 1, max: 100 }),
      (requests, start, more) => {
        const drain = (tenths: number) =>
          measure(run(requests, { maxReplicas: 1, podStartSeconds: tenths / 10 }), 10).drain!;
        expect(drain(start + more)).toBeGreaterThanOrEqual(drain(start));
      },
    ),
    { numRuns: 40 },
  );
});

test('more workers that are there from the beginning never drain a burst later', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 19 }),
      (requests, workers) => {
        const drain = (count: number) =>
          measure(run(requests, { minReplicas: count, maxReplicas: count }), 10).drain!;
        expect(drain(workers + 1)).toBeLessThanOrEqual(drain(workers));
      },
    ),
    { numRuns: 40 },
  );
});
