import { medianRanks } from '../../../cli/experiment/measures/median-interval';
import { summarize, summaryMarkdown } from '../../../cli/experiment/summary';
import { run, SETUP } from './support/runs';

// of the tables of the sign test
test.each([
  [5, undefined],
  [6, { low: 1, high: 6 }],
  [8, { low: 1, high: 8 }],
  [9, { low: 2, high: 8 }],
  [12, { low: 3, high: 10 }],
  [20, { low: 6, high: 15 }],
])('of %d runs the median lies between the ranks %j', (runs, ranks) => {
  expect(medianRanks(runs)).toEqual(ranks);
});

function summaryOf(seconds: readonly (number | undefined)[]) {
  const runs = seconds.map((answered, index) => {
    const requests = [{ id: 'r', due: 0, answers: answered === undefined ? 0 : 1, answered }];
    return run({ repeat: index + 1, requests });
  });
  return summarize(SETUP, runs);
}

test('six runs have an interval of their median, fewer have none', () => {
  expect(summaryOf([10, 11, 12]).modes[0]!.spread.drain.interval).toBeUndefined();
  const summary = summaryOf([10, 15, 12, 11, 14, 13]);
  expect(summary.modes[0]!.spread.drain.interval).toEqual({ low: 10, high: 15 });
  expect(summaryMarkdown(summary)).toContain(
    '12.5 s (10.0 to 15.0), 95 % interval of the median 10.0 to 15.0',
  );
});

test('a run in which it never happened is above all others in the interval too', () => {
  const { interval } = summaryOf([10, 15, undefined, 11, 14, 13]).modes[0]!.spread.drain;
  expect(interval).toEqual({ low: 10, high: null });
});
