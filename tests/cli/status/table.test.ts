import { table } from '../../../cli/status/table';

test('columns are as wide as their widest cell, and no line ends in blanks', () => {
  const rows = [
    ['WORKLOAD', 'READY', 'STATE'],
    ['cache/redis', '1/1', 'ready'],
    ['a/b', '10/10', ''],
  ];
  expect(table(rows)).toBe(
    ['WORKLOAD     READY  STATE', 'cache/redis  1/1    ready', 'a/b          10/10'].join('\n'),
  );
});

test('a heading alone is printed as it is', () => {
  expect(table([['A', 'B']])).toBe('A  B');
});
