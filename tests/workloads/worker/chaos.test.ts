import { faultsOf, runChaos } from '../../support/chaos-run';
import { stagedImage } from '../../support/staged-image';

jest.setTimeout(300_000);

test('answers every request, and makes none twice without a death or an absent Redis, whatever fails meanwhile', async () => {
  const staged = await stagedImage('worker');
  const say = () => undefined;
  const report = await runChaos({ staged, requests: 150, seed: 1, workers: 3, say });
  expect(faultsOf(report)).toEqual([]);
  expect(report.answered).toBe(150);
  // three workers with four slots: no more than that are in work when Redis goes
  const absences = (report.events['redis cut'] ?? 0) + (report.events['redis restart'] ?? 0);
  expect(report.madeAgainUnclaimed).toBeLessThanOrEqual(3 * 4 * absences);
  const kinds = ['SIGKILL', 'SIGTERM', 'nats cut', 'redis cut', 'nats restart', 'redis restart'];
  expect(Object.keys(report.events)).toEqual(expect.arrayContaining(kinds));
});
