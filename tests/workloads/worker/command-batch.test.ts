import { CommandBatch } from '../../../workloads/worker/command-batch';

test('what is asked in one turn is asked at once, and each gets its own result', async () => {
  const asked: (readonly number[])[] = [];
  const batch = new CommandBatch((items: readonly number[]) => {
    asked.push(items);
    return Promise.resolve(items.map((item) => item * 10));
  });

  expect(await Promise.all([batch.add(1), batch.add(2), batch.add(3)])).toEqual([10, 20, 30]);
  expect(await batch.add(4)).toBe(40);

  expect(asked).toEqual([[1, 2, 3], [4]]);
});

test('where nothing can be asked, nobody waits', async () => {
  const batch = new CommandBatch((): Promise<readonly number[] | undefined> =>
    Promise.resolve(undefined),
  );

  expect(await Promise.all([batch.add('a'), batch.add('b')])).toEqual([undefined, undefined]);
});
