import { memeRequestSchema } from '../../../workloads/protocol/request';
import { CircuitBreaker } from '../../../workloads/worker/circuit-breaker';
import { GeneratorError } from '../../../workloads/worker/generator';
import { HuggingFaceGenerator } from '../../../workloads/worker/huggingface-generator';
import { PatientGenerator } from '../../../workloads/worker/patient-generator';
import { ModelServer, sendFailure, sendPicture, TINY_PNG } from '../../support/model-server';

let model: ModelServer;
let changes: boolean[];
const never = new AbortController().signal;
const request = memeRequestSchema.parse({ prompt: 'a cat' });

beforeEach(async () => {
  model = await ModelServer.start();
  changes = [];
});
afterEach(() => model.stop());

function patient(
  attempts: number,
  breaker = breakerOf(5, 60_000),
  timeoutMs = 5000,
): PatientGenerator {
  const { HF_API_TOKEN: token, HF_API_URL: url } = model.env;
  const inner = new HuggingFaceGenerator({ token: token!, url: url!, timeoutMs });
  return new PatientGenerator({ inner, breaker, attempts, patienceMs: 2000 });
}

function breakerOf(failures: number, restMs: number): CircuitBreaker {
  const onChange = (isOpen: boolean) => void changes.push(isOpen);
  return new CircuitBreaker({ failures, restMs, longestRestMs: restMs, onChange });
}

async function failure(generator: PatientGenerator): Promise<GeneratorError> {
  const error: unknown = await generator.generate(request, never).catch((reason) => reason);
  expect(error).toBeInstanceOf(GeneratorError);
  return error as GeneratorError;
}

test.each([429, 500, 503])('tries again after %d, not before Retry-After', async (status) => {
  model.reply = (response, prompt) => {
    model.reply = sendPicture(TINY_PNG);
    sendFailure(status, { 'retry-after': '1' })(response, prompt);
  };
  const started = Date.now();
  const picture = await patient(2).generate(request, never);
  expect(picture.bytes.equals(TINY_PNG)).toBe(true);
  expect(Date.now() - started).toBeGreaterThanOrEqual(1000);
  expect(model.calls).toBe(2);
});

test('gives the request back where Retry-After is longer than its patience', async () => {
  model.reply = sendFailure(429, { 'retry-after': '30' });
  expect(await failure(patient(5))).toMatchObject({ retryable: true, retryAfterMs: 30_000 });
  expect(model.calls).toBe(1);
  expect(changes).toEqual([]);
});

test.each([400, 401, 402, 404, 422])('does not ask again after %d', async (status) => {
  model.reply = sendFailure(status);
  expect(await failure(patient(5))).toMatchObject({ retryable: false });
  expect(model.calls).toBe(1);
});

test('a body that breaks off is tried again', async () => {
  model.reply = (response, prompt) => {
    model.reply = sendPicture(TINY_PNG);
    response.writeHead(200, { 'content-type': 'image/png', 'content-length': '5000' });
    response.write(TINY_PNG, () => response.destroy());
    expect(prompt).toBe('a cat');
  };
  expect((await patient(2).generate(request, never)).bytes.equals(TINY_PNG)).toBe(true);
  expect(model.calls).toBe(2);
});

test('a body that breaks off each time is a temporary failure in words', async () => {
  model.reply = (response) => {
    response.writeHead(200, { 'content-type': 'image/png', 'content-length': '5000' });
    response.write(TINY_PNG, () => response.destroy());
  };
  const error = await failure(patient(1));
  expect(error).toMatchObject({ retryable: true, isDown: true });
  expect(error.message).toMatch(/^hugging face broke off in the middle of its answer: /);
});

test('JSON instead of a picture is final', async () => {
  model.reply = (response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}');
  const error = await failure(patient(3));
  expect(error.retryable).toBe(false);
  expect(model.calls).toBe(1);
});

test('an answer that is slower than the time-out is a temporary failure', async () => {
  model.reply = sendPicture(TINY_PNG, 5000);
  const error = await failure(patient(1, undefined, 300));
  expect(error).toMatchObject({ retryable: true, isDown: true });
  expect(error.message).toBe('hugging face did not answer within 0.3 s');
});

test('a provider that is down is given a rest, tried once, and used again when it works', async () => {
  const generator = patient(1, breakerOf(3, 500));
  model.reply = sendFailure(500);
  for (let each = 0; each < 3; each++) await failure(generator);
  expect(changes).toEqual([true]);
  const spared = await failure(generator);
  expect(spared.message).toMatch(/^the provider failed too often and is not asked for another 1 s/);
  expect(spared).toMatchObject({ retryable: true, retryAfterMs: expect.any(Number) });
  expect(model.calls).toBe(3);

  await new Promise((resolve) => setTimeout(resolve, 550));
  const trials = await Promise.all([failure(generator), failure(generator), failure(generator)]);
  expect(trials.filter(({ message }) => message.startsWith('hugging face'))).toHaveLength(1);
  expect(model.calls).toBe(4);

  await new Promise((resolve) => setTimeout(resolve, 550));
  model.reply = sendPicture(TINY_PNG);
  await generator.generate(request, never);
  await generator.generate(request, never);
  expect(changes).toEqual([true, false]);
});

test('a refusal proves that the provider works', async () => {
  const generator = patient(1, breakerOf(2, 60_000));
  for (const status of [500, 422, 500, 429, 500]) {
    model.reply = sendFailure(status);
    await failure(generator);
  }
  expect(model.calls).toBe(5);
  expect(changes).toEqual([]);
});
