import { faultsOf, runChaos } from '../../support/chaos-run';
import { stageWorker, unstageWorker } from '../../support/meme-lab';

jest.setTimeout(240_000);

test('200 requests survive killed workers, restarted servers and cut connections', async () => {
  const staged = await stageWorker();
  try {
    const options = { staged, requests: 200, seed: 7, workers: 2, say: () => undefined };
    const report = await runChaos(options);
    expect(faultsOf(report)).toEqual([]);
    expect(Object.keys(report.events)).toEqual(
      expect.arrayContaining([
        'SIGKILL',
        'SIGTERM',
        'nats cut',
        'nats restart',
        'redis cut',
        'redis restart',
      ]),
    );
  } finally {
    await unstageWorker(staged);
  }
});
