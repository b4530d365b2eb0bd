import { faultsOf, runChaos } from '../../support/chaos-run';
import { stageWorker, unstageWorker } from '../../support/meme-lab';

jest.setTimeout(300_000);

test('answers every request, and makes none twice without a death, whatever fails meanwhile', async () => {
  const staged = await stageWorker();
  try {
    const say = () => undefined;
    const report = await runChaos({ staged, requests: 150, seed: 1, workers: 3, say });
    expect(faultsOf(report)).toEqual([]);
    expect(report.answered).toBe(150);
    const kinds = ['SIGKILL', 'SIGTERM', 'nats cut', 'redis cut', 'nats restart', 'redis restart'];
    expect(Object.keys(report.events)).toEqual(expect.arrayContaining(kinds));
  } finally {
    await unstageWorker(staged);
  }
});
