import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, MemeLab } from '../../support/meme-lab';
import { OtlpReceiver, type ReceivedSpan } from '../../support/otlp-receiver';
import { run } from '../../support/run';
import { stagedImage } from '../../support/staged-image';

jest.setTimeout(90_000);

let staged: string;
let lab: MemeLab;
let receiver: OtlpReceiver;
let folder: string;

beforeAll(async () => {
  staged = await stagedImage('worker');
  folder = await mkdtemp(join(tmpdir(), 'images-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  lab = await MemeLab.start(staged);
  receiver = await OtlpReceiver.start();
  await lab.bootstrap(3);
});
afterEach(async () => {
  await lab.stop();
  await receiver.stop();
});

/** Runs the tool as npm does: what it loads late is found by the loader of modules alone. */
function send(id: string, env: Readonly<Record<string, string>>, ...args: string[]) {
  const script = 'cli/requests/send-test-request.ts';
  const common = ['--id', id, '--output-dir', folder, '--timeout', '45'];
  const options = { env: { ...lab.env('operator'), ...env } };
  return run('node', ['--import', 'tsx', script, ...common, ...args], options);
}

/** Sends a request with the tool, and waits for its trace: the span of the work is exported last. */
async function trace(id: string, prompt: string): Promise<ReceivedSpan[]> {
  const sent = await send(id, receiver.env, '--prompt', prompt);
  expect(sent).toMatchObject({ code: 0, stderr: '' });
  const root = receiver.spans.find(({ service, attributes }) => {
    return service === 'send-test-request' && attributes['messaging.message.id'] === id;
  });
  expect(root).toBeDefined();
  const own = () => receiver.spans.filter(({ traceId }) => traceId === root!.traceId);
  await eventually('the span of its work', 20_000, () =>
    Promise.resolve(own().some(({ name }) => name === 'process meme.request')),
  );
  return own();
}

/** The one span of a name. */
function only(spans: readonly ReceivedSpan[], name: string): ReceivedSpan {
  const found = spans.filter((span) => span.name === name);
  expect(found).toHaveLength(1);
  return found[0]!;
}

test('one trace leads from the sender over the queue and the work to the answer', async () => {
  await lab.startWorker({ ...receiver.env, LOCAL_GENERATOR_SECONDS: '0.3' });

  const spans = await trace('new', 'a secret wish');

  const root = only(spans, 'request meme.request');
  const work = only(spans, 'process meme.request');
  const queue = only(spans, 'queue');
  expect(root).toMatchObject({ service: 'send-test-request', failed: false });
  expect(root.parentSpanId).toBeUndefined();
  expect([queue, work].map(({ parentSpanId }) => parentSpanId)).toEqual([root.spanId, root.spanId]);
  expect(work).toMatchObject({ service: 'worker', failed: false });
  expect(work.attributes).toMatchObject({
    'messaging.message.id': 'new',
    'meme.source': 'jetstream',
    'meme.outcome': 'made',
  });
  const parts = spans.filter(({ parentSpanId }) => parentSpanId === work.spanId);
  const names = parts.sort((a, b) => a.start - b.start || a.end - b.end).map(({ name }) => name);
  expect(names).toEqual(['claim', 'cache', 'generate', 'publish']);
  expect(only(spans, 'claim').attributes).toEqual({ 'meme.claim': 'mine' });
  expect(only(spans, 'cache').attributes).toEqual({ 'meme.cached': false });
  const generate = only(spans, 'generate');
  expect(generate.end - generate.start).toBeGreaterThanOrEqual(290);
  expect(queue.end).toBe(work.start);
  expect(parts.every(({ start, end }) => start >= work.start && end <= work.end)).toBe(true);
  expect(spans).toHaveLength(7);
  expect(JSON.stringify(spans)).not.toContain('secret wish');
  // the answer goes on where its publication was
  const [answer] = await lab.answers();
  expect(answer!.traceparent).toBe(`00-${root.traceId}-${only(spans, 'publish').spanId}-01`);
});

test('a picture from the cache has no time of generation', async () => {
  await lab.startWorker(receiver.env);
  await trace('first', 'popular');

  const spans = await trace('second', 'popular');

  expect(spans.map(({ name }) => name).sort()).toEqual(
    ['cache', 'claim', 'process meme.request', 'publish', 'queue', 'request meme.request'].sort(),
  );
  expect(only(spans, 'cache').attributes).toEqual({ 'meme.cached': true });
  expect(only(spans, 'process meme.request').attributes).toMatchObject({
    'meme.outcome': 'cached',
  });
});

test('a request that outlives its worker stays in its trace, and is waited for once', async () => {
  const first = await lab.startWorker({ ...receiver.env, LOCAL_GENERATOR_SECONDS: '30' });
  const sending = trace('orphan', 'orphan');
  await eventually('a request in work', 20_000, async () => (await lab.queue()).working === 1);
  await eventually('its queue span', 20_000, () =>
    Promise.resolve(receiver.spans.some(({ name }) => name === 'queue')),
  );
  await first.kill();
  await lab.startWorker(receiver.env);

  const spans = await sending;

  only(spans, 'queue');
  const works = spans.filter(({ name }) => name === 'process meme.request');
  const root = only(spans, 'request meme.request');
  expect(works.every(({ parentSpanId }) => parentSpanId === root.spanId)).toBe(true);
  const last = works.at(-1)!;
  expect(last.attributes).toMatchObject({ 'meme.outcome': 'made' });
  expect(Number(last.attributes['meme.delivery'])).toBeGreaterThanOrEqual(2);
});

test('a request that is refused is a failed span of its trace', async () => {
  await lab.startWorker(receiver.env);
  await lab.request({ id: 'empty', prompt: '' });
  await eventually('its span', 20_000, () =>
    Promise.resolve(receiver.spans.some(({ name }) => name === 'process meme.request')),
  );
  const work = only(receiver.spans, 'process meme.request');
  // nobody began a trace for it
  expect(work.parentSpanId).toBeUndefined();
  expect(work).toMatchObject({ failed: true, attributes: { 'meme.outcome': 'error' } });
});

test('says so where the receiver is away, and answers all the same', async () => {
  const env = { ...receiver.env, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };
  const worker = await lab.startWorker({ ...env, OTEL_EXPORTER_OTLP_TIMEOUT: '500' });
  await lab.request({ id: 'blind', prompt: 'blind' });
  await lab.whenAnswered(1);
  await eventually('a warning', 20_000, () =>
    Promise.resolve(worker.log.some(({ msg }) => msg === 'spans are not exported')),
  );
});

test('without an endpoint nothing is exported, and the place in the trace is handed on', async () => {
  await lab.startWorker();
  expect(await send('plain', {})).toMatchObject({ code: 0, stderr: '' });
  const [answer] = await lab.answers();
  expect(answer!.traceparent).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/);
  expect(receiver.spans).toEqual([]);
});
