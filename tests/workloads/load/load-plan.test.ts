import { LOAD_PROFILES, type LoadProfile } from '../../../workloads/protocol/load-profile';
import { limitFault } from '../../../workloads/load/load-limits';
import { planRequests } from '../../../workloads/load/load-plan';
import { openLoop } from '../../../workloads/load/open-loop';

const repeating: LoadProfile = {
  ...LOAD_PROFILES.burst,
  stages: [{ kind: 'burst', requests: 2000 }],
  repeatShare: 0.25,
};

test('every id is new, and every prompt but the share of repeats', () => {
  const plan = planRequests(repeating, 'a1');

  expect(new Set(plan.map(({ id }) => id)).size).toBe(2000);
  const repeats = 2000 - new Set(plan.map(({ prompt }) => prompt)).size;
  // 2,000 draws: the standard deviation is 19
  expect(Math.abs(repeats - 500)).toBeLessThan(5 * 19);
});

test('a repeat takes an earlier prompt, so the first one may be in the cache', () => {
  const seen = new Set<string>();
  const numbers = planRequests(repeating, 'a1').map(({ prompt }, index) => {
    const isNew = !seen.has(prompt);
    seen.add(prompt);
    return !isNew || prompt.endsWith(`meme ${index + 1}`);
  });

  expect(numbers.filter((fits) => !fits)).toEqual([]);
});

test('two runs share no prompt, so none profits from one before it', () => {
  const prompts = (run: string) => planRequests(LOAD_PROFILES.burst, run).map((r) => r.prompt);

  expect(prompts('a1').filter((prompt) => prompts('b2').includes(prompt))).toEqual([]);
});

test('a slow receiver does not slow the load: nothing waits for what was handed over before', async () => {
  const items = [0, 0, 0.05, 0.1, 0.15].map((atSeconds) => ({ atSeconds }));
  const handed: number[] = [];
  let end: () => void = () => undefined;
  // a loop that waited for what it hands over would never get to the second item
  const untilTheEnd = new Promise<void>((resolve) => (end = resolve));

  await openLoop(
    items,
    ({ atSeconds }) => {
      handed.push(atSeconds);
      return untilTheEnd;
    },
    new AbortController().signal,
  );
  end();

  expect(handed).toEqual([0, 0, 0.05, 0.1, 0.15]);
});

test('nothing is sent before it is due, and each item is told when that was', async () => {
  const early: number[] = [];
  const dues: number[] = [];
  const start = Date.now();

  await openLoop(
    [{ atSeconds: 0.02 }, { atSeconds: 0.08 }],
    (_, dueAt) => {
      early.push(Math.min(0, Date.now() - dueAt));
      dues.push(dueAt);
    },
    new AbortController().signal,
  );

  expect(early).toEqual([0, 0]);
  expect(dues[0]).toBeGreaterThanOrEqual(start + 20);
  expect(dues[1]! - dues[0]!).toBe(60);
});

test('a stop ends the load at once', async () => {
  const stop = new AbortController();
  const handed: number[] = [];

  await openLoop(
    [{ atSeconds: 0 }, { atSeconds: 3600 }],
    ({ atSeconds }) => {
      handed.push(atSeconds);
      setImmediate(() => stop.abort());
    },
    stop.signal,
  );

  expect(handed).toEqual([0]);
});

test('a profile over the limits says which, what it has, and what is allowed', () => {
  const limits = { maxRequests: 1000, maxSeconds: 300 };

  expect(limitFault(LOAD_PROFILES.burst, limits)).toBeUndefined();
  expect(limitFault(LOAD_PROFILES['six-thousand'], limits)).toBe(
    'profile "six-thousand" makes 6000 requests, allowed: at most 1000',
  );
  expect(limitFault(LOAD_PROFILES.soak, { ...limits, maxRequests: 10_000 })).toBe(
    'profile "soak" lasts 1800 seconds, allowed: at most 300',
  );
});
