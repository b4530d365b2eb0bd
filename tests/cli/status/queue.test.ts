import { type JetStreamInfo, queueLine, queueStatus } from '../../../cli/status/queue';
import { CONSUMER, MEMES_STREAM } from '../../../workloads/protocol/streams';

const consumer = { name: CONSUMER.durable, num_pending: 3, num_ack_pending: 2 };
const answer = (name: string, consumers: (typeof consumer)[]): JetStreamInfo => ({
  account_details: [{ stream_detail: [{ name, consumer_detail: consumers }] }],
});

test('the queue is what the consumer has pending and in work', () => {
  expect(queueLine(queueStatus(answer(MEMES_STREAM.name, [consumer])))).toBe(
    'queue: 3 waiting, 2 being made',
  );
});

test.each<[string, JetStreamInfo | undefined]>([
  ['the monitoring endpoint of NATS does not answer', undefined],
  ['stream "MEMES" is missing', {}],
  ['stream "MEMES" is missing', answer('OTHER', [consumer])],
  ['consumer "meme-generator" is missing', answer(MEMES_STREAM.name, [])],
])('a queue that cannot be measured says why: %s', (reason, info) => {
  expect(queueLine(queueStatus(info))).toBe(`queue: not measured, ${reason}`);
});
