import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { SUBJECTS } from '../../workloads/protocol/subjects';
import { memeRequestSchema } from '../../workloads/protocol/request';
import { drawMeme, LocalGenerator } from '../../workloads/worker/local-generator';
import { type BenchLab, type BenchWorker } from './bench-lab';
import { cpuSeconds, type Measurement } from './measurement';

const MB = 1024 * 1024;

/** Pictures per second of processor time, against the same pipeline without anything around it. */
export async function drawing(pictures: number): Promise<Measurement> {
  const generator = new LocalGenerator({ leastSeconds: 0 });
  const never = new AbortController().signal;
  const requests = Array.from({ length: pictures }, (_, index) =>
    memeRequestSchema.parse({ prompt: `bench picture ${index}`, small_image: true }),
  );
  const drawn = await Promise.all(
    requests.map(async ({ prompt }) => Buffer.from(await drawMeme(prompt, 512))),
  );
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
