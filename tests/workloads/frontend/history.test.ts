import {
  appended,
  SILENT_AFTER_MS,
  WINDOW_MS,
  windowOf,
} from '../../../workloads/frontend/src/scale/history';
import { type Sample, sampleOf } from '../../../workloads/frontend/src/scale/sample';
import { labStateOf, workerOf } from '../../support/lab-states';

const START = 1_000_000;
const SECOND = 1000;

function historyOf(...samples: readonly Sample[]): readonly Sample[] {
  return samples.reduce<readonly Sample[]>(appended, []);
}

describe('a sample', () => {
  test('holds the queue, the replicas, the page and what the VPA gave the pod of Redis', () => {
    const state = labStateOf({
      queue: { known: true, pending: 7, inFlight: 3, redelivered: 0, streamMessages: 10 },
      workloads: [workerOf(4, { ready: 2 }), ...labStateOf().workloads.slice(1)],
    });

    expect(sampleOf(state, START)).toEqual({
      time: START,
      waiting: 7,
      inWork: 3,
      workersWanted: 4,
      workersReady: 2,
      pagesWanted: 1,
      pagesReady: 1,
      pageCpuPercent: 12,
      redisCpuMillis: 63,
      redisMemoryMebibytes: 128,
    });
  });

  test('leaves out what the observer does not see', () => {
    const state = labStateOf({
      queue: { known: false, reason: 'no stream' },
      kubernetes: { status: 'away', since: 0 },
    });

    expect(sampleOf(state, START)).toEqual({ time: START });
  });
});

describe('the window of the charts', () => {
  test('goes from the first sample to now, and is at least a minute wide', () => {
    const history = historyOf({ time: START, waiting: 1 }, { time: START + SECOND, waiting: 2 });

    const [first, ...rest] = windowOf(history, START + 2 * SECOND);

    expect(first).toEqual({ time: START + 2 * SECOND - 60_000 });
    expect(rest.map(({ time, waiting }) => [time - START, waiting])).toEqual([
      [0, 1],
      [SECOND, 2],
      [2 * SECOND, 2],
    ]);
  });

  test('begins with the value of before, and drops what is older', () => {
    const history = historyOf(
      { time: START, waiting: 1 },
      { time: START + 10 * SECOND, waiting: 2 },
      { time: START + 20 * SECOND, waiting: 3 },
      { time: START + WINDOW_MS + 15 * SECOND, waiting: 4 },
    );

    expect(history.some(({ time }) => time === START)).toBe(false);
    const shown = windowOf(history, START + WINDOW_MS + 15 * SECOND);
    expect(shown[0]).toEqual({ time: START + 15 * SECOND, waiting: 2 });
    expect(shown.at(-1)).toEqual({ time: START + WINDOW_MS + 15 * SECOND, waiting: 4 });
  });

  test('shows nothing for the time in which the observer was silent', () => {
    const back = START + SILENT_AFTER_MS + 30 * SECOND;
    const history = historyOf({ time: START, waiting: 5 }, { time: back, waiting: 6 });

    const shown = windowOf(history, back + SECOND);

    expect(shown.find(({ time }) => time === START + SILENT_AFTER_MS)).toEqual({
      time: START + SILENT_AFTER_MS,
    });
    expect(shown.at(-1)?.waiting).toBe(6);
  });

  test('does not go on with an old value while the observer is silent', () => {
    const shown = windowOf(
      historyOf({ time: START, waiting: 5 }),
      START + SILENT_AFTER_MS + SECOND,
    );

    expect(shown.at(-1)).toEqual({ time: START + SILENT_AFTER_MS + SECOND });
  });

  test('is a minute of nothing before anything has come', () => {
    expect(windowOf([], START)).toEqual([{ time: START - 60_000 }, { time: START }]);
  });
});
