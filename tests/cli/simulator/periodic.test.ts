import { Periodic } from '../../../cli/simulator/periodic';

test('it is due once for each time, and says which, whatever the steps are', () => {
  const periodic = new Periodic(15, 0.5);
  const step = 2.06 / 21;
  const due: number[] = [];
  for (let index = 0; index * step < 46; index++) {
    const time = periodic.due(index * step);
    if (time !== undefined) due.push(time);
  }
  expect(due).toEqual([0.5, 15.5, 30.5, 45.5]);
});

test('of several times in one step the last one counts', () => {
  const periodic = new Periodic(1, 0);
  expect([0, 3.5, 3.9, 4].map((now) => periodic.due(now))).toEqual([0, 3, undefined, 4]);
});
