import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import sharp from 'sharp';
import { memeRequestSchema } from '../../../workloads/protocol/request';
import { GeneratorError } from '../../../workloads/worker/generator';
import { HuggingFaceGenerator } from '../../../workloads/worker/huggingface-generator';
import { noisePicture, TINY_PNG } from '../../support/model-server';

interface Received {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: { inputs: string; parameters: { width: number; height: number } };
}

let server: Server;
let base: string;
let received: Received[];
let reply: (response: ServerResponse) => void;

beforeEach(async () => {
  received = [];
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  received.push({
    path: request.url!,
    authorization: request.headers.authorization,
    body: JSON.parse(Buffer.concat(chunks).toString()),
  });
  reply(response);
}

const generator = (timeoutMs = 5000) =>
  new HuggingFaceGenerator({
    token: 'hf_secret',
    url: `${base}/hf-inference/models/some-owner/some-model`,
    timeoutMs,
  });
const never = new AbortController().signal;
const request = (fields = {}) => memeRequestSchema.parse({ prompt: 'a cat', ...fields });

async function failure(timeoutMs?: number): Promise<GeneratorError> {
  const error = await generator(timeoutMs)
    .generate(request(), never)
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );
  expect(error).toBeInstanceOf(GeneratorError);
  return error as GeneratorError;
}

test('asks the configured model for 1024 pixels, with the token and the prompt', async () => {
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  // the announced type is wrong on purpose: the content decides
  reply = (response) => response.writeHead(200, { 'content-type': 'image/jpeg' }).end(png);
  const picture = await generator().generate(request(), never);
  expect(picture.mimeType).toBe('image/png');
  expect(picture.bytes.equals(png)).toBe(true);
  expect(received).toHaveLength(1);
  expect(received[0]).toMatchObject({
    path: '/hf-inference/models/some-owner/some-model',
    authorization: 'Bearer hf_secret',
    body: { parameters: { width: 1024, height: 1024 } },
  });
  expect(received[0]!.body.inputs).toContain('a cat');
});

test.each([
  [{ fast_mode: true }, 1024],
  [{ small_image: true }, 512],
])('asks the fast model for %j', async (fields, size) => {
  reply = (response) => response.writeHead(200, { 'content-type': 'image/png' }).end(TINY_PNG);
  await generator().generate(request(fields), never);
  expect(received[0]).toMatchObject({
    path: '/hf-inference/models/black-forest-labs/FLUX.1-schnell',
    body: { parameters: { width: size, height: size } },
  });
});

test('tells variants of different models apart', () => {
  expect(generator().variant(request({ fast_mode: true }))).not.toBe(
    generator().variant(request()),
  );
});

test.each([429, 500, 503])('takes %d as temporary, once, and heeds Retry-After', async (status) => {
  reply = (response) =>
    response
      .writeHead(status, { 'content-type': 'application/json', 'retry-after': '7' })
      .end('{"error":"busy"}');
  const error = await failure();
  expect(error).toMatchObject({ retryable: true, retryAfterMs: 7000 });
  expect(error.message).toMatch(new RegExp(`^hugging face answered ${status}: .*busy`));
  expect(received).toHaveLength(1);
});

test.each(['86400', '1e999', 'Fri, 31 Dec 9999 23:59:59 GMT'])(
  'does not wait longer than 5 min where Retry-After says %s',
  async (header) => {
    reply = (response) => response.writeHead(503, { 'retry-after': header }).end('{}');
    expect(await failure()).toMatchObject({ retryable: true, retryAfterMs: 300_000 });
  },
);

test.each([
  [401, "check 'HF_API_TOKEN'"],
  [402, 'no credit left'],
  [404, "check 'HF_API_URL'"],
  [422, 'hugging face answered 422'],
])('takes %d as final', async (status, text) => {
  reply = (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"error":"no"}');
  const error = await failure();
  expect(error.retryable).toBe(false);
  expect(error.message).toContain(text);
  expect(error.message).not.toContain('hf_secret');
});

test('takes an answer that is no picture as final', async () => {
  reply = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
  const error = await failure();
  expect(error.retryable).toBe(false);
  expect(error.message).toContain('which is no JPEG, PNG or WebP');
});

test('gives up on a server that does not answer in time', async () => {
  reply = () => undefined;
  const error = await failure(200);
  expect(error).toMatchObject({ retryable: true });
  expect(error.message).toBe('hugging face did not answer within 0.2 s');
});

test('takes a server that cannot be reached as temporary', async () => {
  const unreachable = new HuggingFaceGenerator({
    token: 'hf_secret',
    url: 'http://127.0.0.1:1/models/a/b',
    timeoutMs: 5000,
  });
  await expect(unreachable.generate(request(), never)).rejects.toMatchObject({
    retryable: true,
    message: expect.stringMatching(/^hugging face cannot be reached: /),
  });
});

test('stops when it is aborted', async () => {
  reply = () => undefined;
  const abort = new AbortController();
  setTimeout(() => abort.abort(new Error('stopping')), 100);
  await expect(generator().generate(request(), abort.signal)).rejects.toThrow('stopping');
});

test.each([
  ['seven bytes called PNG', () => Buffer.from('\x89PNG\r\n\x1a', 'latin1')],
  ['the start of a JPEG', () => Buffer.from([0xff, 0xd8, 0xff])],
  ['a PNG that breaks off', async () => (await noisePicture(200)).subarray(0, 60_000)],
  ['a GIF', () => sharp(TINY_PNG).gif().toBuffer()],
])('takes %s for no picture', async (_kind, make) => {
  const bytes = await make();
  reply = (response) => response.writeHead(200, { 'content-type': 'image/png' }).end(bytes);
  const error = await failure();
  expect(error.retryable).toBe(false);
  expect(error.message).toMatch(/which is no JPEG, PNG or WebP/);
});

test('reads no more of a picture than any may have', async () => {
  const chunk = Buffer.alloc(1024 * 1024);
  let sent = 0;
  reply = (response) => {
    response.writeHead(200, { 'content-type': 'image/png' });
    const send = () => {
      while (!response.destroyed && sent < 400 && response.write(chunk)) sent++;
      if (sent >= 400) response.end();
    };
    response.on('drain', send);
    send();
  };
  const error = await failure(20_000);
  expect(error).toMatchObject({ retryable: false });
  expect(error.message).toMatch(/^hugging face answered with more than 20971520 bytes/);
  expect(sent).toBeLessThan(60);
});

test('repeats no more of an error than a person reads', async () => {
  reply = (response) =>
    response.writeHead(422, { 'content-type': 'text/plain' }).end('no '.repeat(1_000_000));
  const error = await failure();
  expect(error.message).toMatch(/^hugging face answered 422: /);
  expect(error.message.length).toBeLessThan(1000);
});
