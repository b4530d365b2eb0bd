import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { headers, type JsMsg } from 'nats';
import { median } from 'simple-statistics';
import { createLogger } from '../../workloads/process/logger';
import { HEADERS } from '../../workloads/protocol/headers';
import { CONSUMER, MEMES_STREAM } from '../../workloads/protocol/streams';
import { SUBJECTS } from '../../workloads/protocol/subjects';
import { Claims } from '../../workloads/worker/claims';
import { LocalGenerator } from '../../workloads/worker/local-generator';
import { RequestMux } from '../../workloads/process/request-mux';
import { MemeCache } from '../../workloads/worker/meme-cache';
import { RedisLink } from '../../workloads/worker/redis-link';
import { type BenchLab } from './bench-lab';
import { cpuSeconds, type Measurement } from './measurement';

/** Messages on their way in every loop; the most that a worker may be told to work on. */
const IN_FLIGHT = 100;
const CONFIRMED_WITHIN_MS = 30_000;
/** After one round the bare loop still gets faster, to nearly twice its rate. */
const WARM_UP_ROUNDS = 5;

/**
 * Cached requests per second of processor time, against a loop that only takes and confirms, and
 * against one that also reads the picture and publishes the answer, as a worker must for a picture
 * that it does not hold itself. Between them, what the first ratio is once a loop answers, and once
 * it answers no request twice. Everything is warm when it is measured, and is measured three times.
 */
export async function consuming(lab: BenchLab, requests: number): Promise<Measurement[]> {
  const confirm = (message: JsMsg) => message.ack();
  const bare = await warmMedian(() => bareLoop(lab, requests, confirm));
  const worker = await lab.startWorker({ WORKER_CONCURRENCY: `${IN_FLIGHT}` });
  const rate = async (prompt: (index: number) => string) => {
    const start = await worker.metric('process_cpu_seconds_total');
    const request = (index: number) => ({ prompt: prompt(index), small_image: true });
    await lab.publish(requests, (index) => ({ id: randomUUID(), ...request(index) }));
    await lab.whenIdle();
    return requests / ((await worker.metric('process_cpu_seconds_total')) - start);
  };
  const held = await warmMedian(() => rate(() => 'cached'));
  const redis = new Redis(lab.redisUrl, { enableAutoPipelining: true });
  try {
    await copyPicture(redis, requests);
    const stored = await rate(storedPrompt);
    await worker.process.stop();
    const body = await readyAnswer(redis);
    const floor = await floorLoop(lab, body, requests);
    const sure = await sureLoop(lab, body, requests);
    const publishing = await publishingLoop(lab, body, requests);
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
        // what the client library leaves of the first ratio to a program that answers at all
        name: 'bare loop that also publishes a ready answer, confirmed on a shared inbox',
        measured: floor.toFixed(0),
        reference,
        ratio: floor / bare,
      },
      {
        // and what is left to one whose answers stay single across workers
        name: 'that loop with a claim in Redis before the answer and a note after it',
        measured: sure.toFixed(0),
        reference,
        ratio: sure / bare,
      },
      {
        name: 'cached requests per core second',
        measured: held.toFixed(0),
        reference: `${publishing.toFixed(0)} (and publish a ready answer by the library)`,
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

/** An answer of the size that the worker sent. */
async function readyAnswer(redis: Redis): Promise<Buffer> {
  const [key] = await redis.keys('meme:image:*');
  return Buffer.from((await redis.getBuffer(key!))!.toString('base64'));
}

/** The cheapest loop with a confirmed answer: all confirmations come on one subscription. */
async function floorLoop(lab: BenchLab, body: Buffer, requests: number): Promise<number> {
  const mux = new RequestMux(lab.connection);
  return warmLoop(lab, requests, async (message) => {
    await mux.request(SUBJECTS.response, body, CONFIRMED_WITHIN_MS);
    message.ack();
  });
}

/** The floor with what keeps an answer single: a claim before it and a note after it, in batches. */
async function sureLoop(lab: BenchLab, body: Buffer, requests: number): Promise<number> {
  const log = createLogger({ name: 'bench', level: 'warn' });
  const redis = new RedisLink({ url: lab.redisUrl, log, onError: () => undefined });
  await redis.open(5000);
  const claims = new Claims({ redis, answeredSeconds: 120 });
  const mux = new RequestMux(lab.connection);
  try {
    return await warmLoop(lab, requests, async (message) => {
      const { id } = message.json<{ id: string }>();
      const claim = await claims.take(id, `${message.seq}`, 20_000);
      if (claim.state !== 'mine') throw new Error(`the claim on a new request is "${claim.state}"`);
      const own = headers();
      own.set(HEADERS.messageId, id);
      await mux.request(SUBJECTS.response, body, CONFIRMED_WITHIN_MS, own);
      await claims.markAnswered(claim);
      message.ack();
    });
  } finally {
    await redis.close();
  }
}

/** The bare loop, with a ready answer that is confirmed by the library's own means. */
async function publishingLoop(lab: BenchLab, body: Buffer, requests: number): Promise<number> {
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

/** A loop that does something for each message. */
async function warmLoop(
  lab: BenchLab,
  requests: number,
  work: (message: JsMsg) => Promise<void>,
): Promise<number> {
  const failures: Error[] = [];
  const begin = (message: JsMsg) => {
    work(message).catch((error: Error) => failures.push(error));
  };
  const rate = await warmMedian(() => bareLoop(lab, requests, begin));
  if (failures[0]) throw failures[0];
  return rate;
}

/** The median of three runs after those that are not counted. */
async function warmMedian(run: () => Promise<number>): Promise<number> {
  for (let round = 1; round <= WARM_UP_ROUNDS; round++) await run();
  return median([await run(), await run(), await run()]);
}
