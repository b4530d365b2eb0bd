import { join } from 'node:path';
import { budgetFaults, PAGE_BUDGET, pageWeight } from '../../budget/page-weight';
import { stagedImage } from '../../support/staged-image';

jest.setTimeout(120_000);

test('the page is within its budget, and the charts come later', async () => {
  const weight = await pageWeight(join(await stagedImage('frontend'), 'html'));

  expect(budgetFaults(weight)).toEqual([]);
  expect(weight.scriptBytes).toBeGreaterThan(100_000);
  expect(weight.laterScriptBytes).toBeGreaterThan(20_000);
});

test('what is over the budget is said with the limit', () => {
  expect(budgetFaults({ scriptBytes: PAGE_BUDGET.scriptBytes, requests: 9 })).toEqual([
    '"requests" is 9, allowed: at most 5',
  ]);
});
