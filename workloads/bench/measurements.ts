import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { type JsMsg } from 'nats';
import sharp from 'sharp';
import { CONSUMER, MEMES_STREAM } from '../protocol/streams';
import { SUBJECTS } from '../protocol/subjects';
import { memeRequestSchema } from '../protocol/request';
import { drawMeme, LocalGenerator } from '../worker/local-generator';
import { MemeCache } from '../worker/meme-cache';
import { type BenchLab, type BenchWorker } from './bench-lab';

/** One line of the table. */
export interface Measurement {
  readonly name: string;
  readonly measured: string;
  readonly reference: string;
  readonly ratio: number;
  /** Smallest ratio that holds; absent where the line is for reading only. */
  readonly least?: number;
}

const MB = 1024 * 1024;
/** Messages on their way in every loop; the most that a worker may be told to work on. */
const IN_FLIGHT = 100;

/**
 * Cached requests per second of processor time, against a loop that only takes and confirms, and
 * against one that also reads the picture and publishes the answer, as a worker must for a picture
 * that it does not hold itself. Everything is warm when it is measured.
 */
export async function consuming(lab: BenchLab, requests: number): Promise<Measurement[]> {
  const confirm = (message: JsMsg) => message.ack();
  await bareLoop(lab, requests, confirm);
  const bare = await bareLoop(lab, requests, confirm);
  const worker = await lab.startWorker({ WORKER_CONCURRENCY: `${IN_FLIGHT}` });
  const rate = async (prompt: (index: number) => string) => {
    const start = await worker.metric('process_cpu_seconds_total');
    const request = (index: number) => ({ prompt: prompt(index), small_image: true });
    await lab.publish(requests, (index) => ({ id: randomUUID(), ...request(index) }));
    await lab.whenIdle();
    return requests / ((await worker.metric('process_cpu_seconds_total')) - start);
  };
  await rate(() => 'cached');
  const held = await rate(() => 'cached');
  const redis = new Redis(lab.redisUrl, { enableAutoPipelining: true });
  try {
    await copyPicture(redis, requests);
    const stored = await rate(storedPrompt);
    await worker.process.stop();
    const publishing = await publishingLoop(lab, redis, requests);
    const answering = await answeringLoop(lab, redis, requests);
    const reference = `${bare.toFixed(0)} (consume and ack only)`;
    return [
      {
        name: 'cached requests per core second',
        measured: held.toFixed(0),
        reference,
        ratio: held / bare,
        least: 0.5,
      },
      {
        name: 'the same',
        measured: held.toFixed(0),
        reference: `${publishing.toFixed(0)} (and publish a ready answer, confirmed)`,
        ratio: held / publishing,
      },
      {
        name: 'the same, each picture read from Redis',
        measured: stored.toFixed(0),
        reference: `${answering.toFixed(0)} (and GET the picture, publish the answer)`,
        ratio: stored / answering,
      },
    ];
  } finally {
    redis.disconnect();
  }
}

const storedPrompt = (index: number): string => `stored ${index}`;

/** Puts the only cached picture into Redis under the names of so many others. */
async function copyPicture(redis: Redis, count: number): Promise<void> {
  const [original] = await redis.keys('meme:image:*');
  for (let index = 0; index < count; index++) {
    const key = MemeCache.key(LocalGenerator.VARIANT, 512, storedPrompt(index));
    await redis.copy(original!, MemeCache.imageKey(key));
  }
}

/** Requests per second of processor time of a loop without anything around it. */
async function bareLoop(
  lab: BenchLab,
  requests: number,
  work: (message: JsMsg) => void,
): Promise<number> {
  await lab.publish(requests, () => ({ id: randomUUID(), prompt: 'bare' }));
  const consumer = await lab.connection
    .jetstream()
    .consumers.get(MEMES_STREAM.name, CONSUMER.durable);
  const before = process.cpuUsage();
  let taken = 0;
  for await (const message of await consumer.consume({ max_messages: IN_FLIGHT })) {
    work(message);
    if (++taken === requests) break;
  }
  await lab.connection.flush();
  await lab.whenIdle();
  return requests / cpuSeconds(before);
}

/** The bare loop, with a ready answer of the size that the worker sent, confirmed by the stream. */
async function publishingLoop(lab: BenchLab, redis: Redis, requests: number): Promise<number> {
  const [key] = await redis.keys('meme:image:*');
  const body = Buffer.from((await redis.getBuffer(key!))!.toString('base64'));
  const js = lab.connection.jetstream();
  return warmLoop(lab, requests, async (message) => {
    await js.publish(SUBJECTS.response, body);
    message.ack();
  });
}

/** The bare loop that reads the picture from Redis and encodes it before it publishes it. */
async function answeringLoop(lab: BenchLab, redis: Redis, requests: number): Promise<number> {
  const [key] = await redis.keys('meme:image:*');
  const js = lab.connection.jetstream();
  const answer = async (message: JsMsg) => {
    const stored = await redis.getBuffer(key!);
    const { id, prompt } = message.json<{ id: string; prompt: string }>();
    const image_data = stored!.subarray(stored!.indexOf(0) + 1).toString('base64');
    const body = JSON.stringify({ request_id: id, image_data, prompt, cached: true });
    await js.publish(SUBJECTS.response, body, { msgID: id });
    message.ack();
  };
  return warmLoop(lab, requests, answer);
}

/** The second run of a loop that does something for each message. */
async function warmLoop(
  lab: BenchLab,
  requests: number,
  work: (message: JsMsg) => Promise<void>,
): Promise<number> {
  const failures: Error[] = [];
  const begin = (message: JsMsg) => {
    work(message).catch((error: Error) => failures.push(error));
  };
  await bareLoop(lab, requests, begin);
  const rate = await bareLoop(lab, requests, begin);
  if (failures[0]) throw failures[0];
  return rate;
}

/** Pictures per second of processor time, against the same pipeline without anything around it. */
export async function drawing(pictures: number): Promise<Measurement> {
  const generator = new LocalGenerator({ leastSeconds: 0 });
  const never = new AbortController().signal;
  const requests = Array.from({ length: pictures }, (_, index) =>
    memeRequestSchema.parse({ prompt: `bench picture ${index}`, small_image: true }),
  );
  const drawn = requests.map(({ prompt }) => Buffer.from(drawMeme(prompt, 512)));
  let [own, bare] = [0, 0];
  // in turns, so that both meet the same machine
  for (const [index, request] of requests.entries()) {
    const first = process.cpuUsage();
    const picture = await generator.generate(request, never);
    own += cpuSeconds(first);
    const second = process.cpuUsage();
    const bytes = await sharp(drawn[index])
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: 82 })
      .toBuffer();
    bare += cpuSeconds(second);
    if (!bytes.equals(picture.bytes)) throw new Error('the two pipelines make different pictures');
  }
  return {
    name: 'pictures per core second',
    measured: (pictures / own).toFixed(1),
    reference: `${(pictures / bare).toFixed(1)} (sharp only, same bytes)`,
    ratio: bare / own,
    least: 0.9,
  };
}

/** Memory of a worker after its first thousand memes and at the end. */
export async function memory(lab: BenchLab, memes: number): Promise<Measurement> {
  const worker = await lab.startWorker({ CACHE_TTL: '0' });
  const request = (index: number) => ({
    id: randomUUID(),
    prompt: `m ${index}`,
    small_image: true,
  });
  const rss = async () => (await worker.metric('process_resident_memory_bytes')) / MB;
  const first = Math.min(1000, Math.ceil(memes / 2));
  await lab.publish(first, request);
  await lab.whenIdle();
  const early = await rss();
  await lab.publish(memes - first, (index) => request(first + index));
  await lab.whenIdle();
  const late = await rss();
  await worker.process.stop();
  return {
    name: `memory after ${first} memes against ${memes}`,
    measured: `${late.toFixed(0)} MiB`,
    reference: `${early.toFixed(0)} MiB`,
    ratio: early / late,
    least: 0.8,
  };
}

/** Throughput of several workers against one, and how evenly they share. */
export async function scaling(
  lab: BenchLab,
  counts: readonly number[],
  memes: number,
  cores: number,
): Promise<Measurement[]> {
  let alone = 0;
  const lines: Measurement[] = [];
  for (const count of counts) {
    const env = { CACHE_TTL: '0', WORKER_CONCURRENCY: '1' };
    const workers: BenchWorker[] = [];
    for (let each = 0; each < count; each++) workers.push(await lab.startWorker(env));
    // the first picture of a process loads the libraries
    await lab.publish(count * 2, (index) => ({ prompt: `warm ${index}`, small_image: true }));
    await lab.whenIdle();
    const began = performance.now();
    await lab.publish(memes, (index) => ({ prompt: `s ${count} ${index}`, small_image: true }));
    await lab.whenIdle();
    const rate = memes / ((performance.now() - began) / 1000);
    if (count === 1) alone = rate;
    const shares = await Promise.all(
      workers.map((worker) => worker.metric('meme_generator_success_total')),
    );
    await Promise.all(workers.map((worker) => worker.process.stop()));
    const spread = `${Math.min(...shares)} to ${Math.max(...shares)} memes each`;
    lines.push({
      name: `throughput of ${count} workers`,
      measured: `${rate.toFixed(1)}/s, ${spread}`,
      reference: `${alone.toFixed(1)}/s alone`,
      ratio: rate / alone,
      // what is not the worker's own (servers, this program) needs a part of the cores
      least: count === 1 ? undefined : 0.5 * Math.min(count, cores),
    });
  }
  return lines;
}

/** Median time to the answer with and without the path straight from the publisher. */
export async function dualPath(lab: BenchLab, requests: number): Promise<Measurement> {
  const medians: number[] = [];
  for (const enabled of ['false', 'true']) {
    const env = { ENABLE_CORE_NATS: enabled, CACHE_TTL: '0' };
    const workers = [await lab.startWorker(env), await lab.startWorker(env)];
    await lab.publish(4, (index) => ({ prompt: `warm ${enabled} ${index}`, small_image: true }));
    await lab.whenIdle();
    const times: number[] = [];
    for (let each = 0; each < requests; each++) {
      const id = randomUUID();
      const subject = `_INBOX.bench.${id}`;
      const answer = lab.connection.subscribe(subject, { max: 1 });
      const body = { id, prompt: `d ${enabled} ${each}`, small_image: true, reply_to: subject };
      const began = performance.now();
      lab.connection.publish(SUBJECTS.request, JSON.stringify(body));
      for await (const message of answer) {
        if (message.subject === subject) times.push(performance.now() - began);
      }
    }
    await lab.whenIdle();
    await Promise.all(workers.map((worker) => worker.process.stop()));
    medians.push(times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!);
  }
  const [without, withCore] = medians as [number, number];
  return {
    name: 'median answer, both paths',
    measured: `${withCore.toFixed(1)} ms`,
    reference: `${without.toFixed(1)} ms (jetstream only)`,
    ratio: without / withCore,
    least: 0.8,
  };
}

function cpuSeconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}
