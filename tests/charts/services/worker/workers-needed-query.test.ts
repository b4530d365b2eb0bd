import { workersNeededQuery } from '../../../../charts/services/worker/workers-needed-query';
import { workersNeeded } from '../../../../workloads/protocol/workers-needed';

const OPTIONS = { secondsPerMeme: 2, concurrency: 2, drainSeconds: 30 };

test('is the arithmetic of the workers needed, over the metrics of consumer and worker', () => {
  const labels = 'stream_name="MEMES",consumer_name="meme-generator"';
  const taken = (part: string) =>
    `sum(rate(meme_generator_processing_duration_seconds_${part}{outcome=~"made|cached"}[1m]))`;

  expect(workersNeededQuery(OPTIONS)).toBe(
    `(max(jetstream_consumer_num_pending{${labels}}) + max(jetstream_consumer_num_ack_pending{${labels}}))` +
      ` * ((${taken('sum')} / ${taken('count')}) > 0 or vector(2)) / 60`,
  );
});

test('divides by the same number as the arithmetic does', () => {
  const divisor = Number(workersNeededQuery(OPTIONS).split(' / ').at(-1));

  expect((150 * 2) / divisor).toBe(workersNeeded({ ...OPTIONS, lag: 150 }));
});
