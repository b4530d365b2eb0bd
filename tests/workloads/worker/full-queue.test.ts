import { natsStorageSize } from '../../../charts/platform/nats/nats-config';
import {
  DEAD_STREAM,
  IMAGES_BUCKET,
  MEMES_STREAM,
  RESPONSES_STREAM,
} from '../../../workloads/protocol/streams';
import { RetentionPolicy } from 'nats';
import { tmpdir } from 'node:os';
import { publishRefusal } from '../../../workloads/process/publish-refusal';
import { runTs } from '../../support/run';
import { freshLabForEachTest } from '../../support/fresh-lab';
import { type MemeLab } from '../../support/meme-lab';

jest.setTimeout(90_000);

const LARGE = 255 * 1024;
let lab: MemeLab;
freshLabForEachTest((fresh) => (lab = fresh), {
  natsConfig: 'jetstream { max_file_store: 800MB }\nmax_payload: 8388608',
});

/** Publishes requests until one is refused. @returns how many were stored */
async function fill(limit: number, size = LARGE): Promise<number> {
  const js = lab.connection.jetstream();
  for (let sent = 0; ; sent++) {
    if (sent === limit) return sent;
    const body = JSON.stringify({ id: `full-${size}-${sent}`, prompt: 'x'.repeat(size) });
    try {
      await js.publish('meme.request', body);
    } catch (error) {
      expect(publishRefusal(error as Error, 'meme.request')).toMatch(/^the queue is full; /);
      return sent;
    }
  }
}

test('a full queue refuses at the door, says so, and is answered to the last request', async () => {
  await lab.bootstrap();
  const large = await fill(1000);
  expect(large).toBeGreaterThan(200);
  expect(large).toBeLessThan(1000);
  // to the last gap
  const stored = large + (await fill(1000, 2000));
  const tool = await runTs(
    'cli/requests/send-test-request.ts',
    ['--prompt', 'x'.repeat(2000), '--timeout', '5', '--output-dir', tmpdir()],
    lab.env('operator'),
  );
  expect(tool.code).toBe(1);
  expect(tool.stderr).toMatch(/was not accepted: the queue is full; try again when the workers/);
  await lab.startWorker({ WORKER_CONCURRENCY: '8' });
  const answers = await lab.whenAnswered(stored, 60_000);
  expect(new Set(answers.map(({ id }) => id)).size).toBe(stored);
  expect((await lab.queue()).stored).toBe(0);
  await lab.request({ id: 'after', prompt: 'room again', small_image: true });
  expect((await lab.whenAnswered(stored + 1)).at(-1)).toMatchObject({ subject: 'meme.response' });
});

test('all streams together are smaller than the smallest store', () => {
  const specs = [MEMES_STREAM, RESPONSES_STREAM, DEAD_STREAM, IMAGES_BUCKET];
  const reserved = specs.reduce((sum, { maxBytes }) => sum + maxBytes, 0);
  const smallest = RESPONSES_STREAM.maxBytes * 2;
  expect(natsStorageSize(`${smallest / 1024 / 1024}Mi`).toMebibytes() * 1024 * 1024).toBe(smallest);
  // the share of a volume that the server may use
  expect(reserved).toBeLessThan(smallest * 0.9);
});

test('a queue that holds more than it may from now on loses nothing', async () => {
  await lab.manager.streams.add({
    name: MEMES_STREAM.name,
    subjects: ['meme.request'],
    retention: RetentionPolicy.Workqueue,
  });
  const stored = await fill(300);
  await lab.bootstrap();
  expect((await lab.queue()).stored).toBe(stored);
  expect(await fill(3)).toBe(0);
});
