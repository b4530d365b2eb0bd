import { headers, type NatsConnection } from 'nats';
import { HEADERS } from '../../workloads/protocol/headers';
import { CONSUMER } from '../../workloads/protocol/streams';
import { publishRefusal } from '../../workloads/process/publish-refusal';
import { describePicture, parseAnswer, seconds } from './answer';
import { pictureBytes } from './picture-bytes';
import { preparePictureFolder, savePicture } from './picture-file';
import { RequestTraces } from './request-traces';
import { connectTool, idOf, ResponseStream } from './response-stream';
import {
  readSendOptions,
  requestsOf,
  type OutgoingRequest,
  type SendOptions,
} from './send-options';
import { runTool, UserError } from './user-error';

const REPORT_EVERY_MS = 5000;

runTool(async () => {
  const options = readSendOptions(process.argv.slice(2), process.env);
  await preparePictureFolder(options.outputDir);
  const connection = await connectTool(options.natsUrl, 'send-test-request');
  try {
    return await send(connection, options);
  } finally {
    await connection.close();
  }
});

async function send(connection: NatsConnection, options: SendOptions): Promise<number> {
  const requests = requestsOf(options);
  const replyTo = requests[0]!.reply_to;
  const stream = await ResponseStream.find(connection, options.responseSubject, replyTo);
  const first = requests[0]!;
  // a private answer goes to a subject of this very request, where none can be yet
  if (options.id !== undefined && options.count === 1 && replyTo === undefined) {
    const sequence = await stream.findAnswered(options.id);
    if (sequence !== undefined) {
      say(`request "${options.id}" was answered already, this is that answer`);
      return (await report(connection, await stream.read(sequence), options)) ? 0 : 1;
    }
  }
  if (first.guidance_scale !== 7.5 || first.num_inference_steps !== 20 || first.negative_prompt) {
    say('note: the generators of this lab ignore --guidance, --steps and --negative');
  }
  const start = await stream.nextSequence();
  const traces = await RequestTraces.start('send-test-request', options.otlpEndpoint);
  try {
    const publishedAt = await publishAll(connection, options.subject, requests, traces);
    say(requests.length === 1 ? `sent ${first.id}` : `sent ${requests.length} requests`);
    return await collect(connection, stream, start, { publishedAt, traces }, options);
  } finally {
    await traces.close();
  }
}

/** @returns when each request was confirmed, by id */
async function publishAll(
  connection: NatsConnection,
  subject: string,
  requests: readonly OutgoingRequest[],
  traces: RequestTraces,
): Promise<Map<string, number>> {
  const publishedAt = new Map<string, number>();
  const js = connection.jetstream();
  for (const request of requests) {
    publishedAt.set(request.id, Date.now());
    const own = headers();
    own.set(HEADERS.traceparent, traces.begin(request.id));
    const publication = { msgID: request.id, timeout: 5000, headers: own };
    try {
      await js.publish(subject, JSON.stringify(request), publication);
    } catch (error) {
      const reason = publishRefusal(error as Error, subject);
      throw new UserError(`request "${request.id}" was not accepted: ${reason}`);
    }
  }
  return publishedAt;
}

async function collect(
  connection: NatsConnection,
  stream: ResponseStream,
  start: number,
  sent: { readonly publishedAt: Map<string, number>; readonly traces: RequestTraces },
  options: SendOptions,
): Promise<number> {
  const { publishedAt, traces } = sent;
  const began = Date.now();
  const waiting = new Map(publishedAt);
  const answers = await stream.follow({ sequence: start }, true);
  const timer = setTimeout(() => answers.stop(), options.timeout * 1000);
  const progress = setInterval(
    () => void progressLine(connection, began, waiting.size).then(say, () => undefined),
    REPORT_EVERY_MS,
  );
  let failures = 0;
  try {
    for await (const answer of answers) {
      const id = idOf(answer);
      const sentAt = id === undefined ? undefined : waiting.get(id);
      if (id === undefined || sentAt === undefined) continue;
      waiting.delete(id);
      traces.answered(id);
      const text = await stream.read(answer.seq);
      if (!(await report(connection, text, options, Date.now() - sentAt))) failures++;
      if (waiting.size === 0) break;
    }
  } finally {
    clearTimeout(timer);
    clearInterval(progress);
    answers.stop();
  }
  if (waiting.size > 0) throw new UserError(await noAnswer(connection, waiting, options));
  if (publishedAt.size > 1) {
    const done = publishedAt.size - failures;
    say(`${done} of ${publishedAt.size} answered with a picture in ${seconds(Date.now() - began)}`);
  }
  return failures === 0 ? 0 : 1;
}

/** @returns whether the answer was a picture */
async function report(
  connection: NatsConnection,
  text: string,
  options: SendOptions,
  totalMs?: number,
): Promise<boolean> {
  const answer = parseAnswer(text);
  if (answer.kind === 'error') {
    process.stderr.write(`${answer.failure.request_id}: failed: ${answer.failure.error}\n`);
    return false;
  }
  const bytes = await pictureBytes(connection, answer.response);
  const path = bytes && (await savePicture(options.outputDir, answer.response, bytes));
  say(describePicture(answer.response, path, totalMs));
  return true;
}

async function progressLine(
  connection: NatsConnection,
  began: number,
  missing: number,
): Promise<string> {
  return `waiting for ${missing} after ${seconds(Date.now() - began)}: ${await queue(connection)}`;
}

async function noAnswer(
  connection: NatsConnection,
  waiting: ReadonlyMap<string, number>,
  options: SendOptions,
): Promise<string> {
  const [id] = waiting.keys();
  const who = waiting.size === 1 ? `request "${id}"` : `${waiting.size} requests`;
  const state = await queue(connection).catch((error: Error) => `queue unknown: ${error.message}`);
  return (
    `no answer to ${who} within ${options.timeout} s (${state}); look at the workers with ` +
    '"npm run status" and "npm run logs"'
  );
}

async function queue(connection: NatsConnection): Promise<string> {
  const manager = await connection.jetstreamManager({ checkAPI: false });
  const info = await manager.consumers.info(CONSUMER.stream, CONSUMER.durable);
  return `${info.num_pending} in the queue, ${info.num_ack_pending} being worked on`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
