import { HEADERS } from '../../../workloads/protocol/headers';
import { type Incoming } from '../../../workloads/worker/incoming';
import { parseRequest } from '../../../workloads/worker/parse-request';

const incoming = (body: string | object, headers: Record<string, string> = {}): Incoming => ({
  source: 'jetstream',
  data: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  derivedId: 'derived',
  header: (name) => headers[name],
});

const faultOf = (body: string | object) => {
  const parsed = parseRequest(incoming(body));
  return 'fault' in parsed ? parsed.fault : undefined;
};

/** Deeper than any stack that looks into it one call for each level. */
const DEPTH = 60_000;
const nestings = {
  arrays: '['.repeat(DEPTH) + ']'.repeat(DEPTH),
  objects: '{"a":'.repeat(DEPTH / 2) + '1' + '}'.repeat(DEPTH / 2),
};

describe.each(Object.entries(nestings))('nested %s', (_kind, nested) => {
  test.each(['id', 'prompt', 'fast_mode', 'small_image', 'reply_to', 'client_id'])(
    'in %s are described by type and size',
    (field) => {
      const body = `{"${field === 'prompt' ? 'other' : 'prompt'}":"x","${field}":${nested}}`;
      expect(faultOf(body)).toMatch(
        new RegExp(`^'${field}' is an (array of 1 items|object of 1 fields): `),
      );
    },
  );

  test('as the whole body, or beside the known fields, do no harm', () => {
    expect(faultOf(nested)).toMatch(/^(request is not a JSON object|'prompt' is missing)/);
    expect(faultOf(`{"prompt":"fine","other":${nested}}`)).toBeUndefined();
  });
});

test('a long value is shown by its start and its length', () => {
  expect(faultOf({ prompt: 'x', client_id: 'ü'.repeat(5000) })).toMatch(
    /^'client_id' is "ü{60}"\.\.\. \(5000 characters\): /,
  );
});

test('what is too large is not parsed, and its names are found near its start', () => {
  const body = { id: 'large', reply_to: 'meme.reply.me', prompt: 'x'.repeat(300_000) };
  expect(parseRequest(incoming(body))).toMatchObject({
    id: 'large',
    replyTo: 'meme.reply.me',
    fault: expect.stringMatching(/^request has 300\d+ bytes: at most 262144 are allowed/),
  });
  const forbidden = { ...body, reply_to: 'meme.response' };
  expect(parseRequest(incoming(forbidden)).replyTo).toBeUndefined();
});

test('copies of a request share a key; another prompt, reply subject or replay is another request', () => {
  const body = { id: 'same', prompt: 'one' };
  const keyOf = (sent: object, headers = {}) => parseRequest(incoming(sent, headers)).key;
  const keys = [
    keyOf(body),
    keyOf({ ...body, prompt: 'two' }),
    keyOf({ ...body, reply_to: 'meme.reply.me' }),
    keyOf(body, { [HEADERS.replyTo]: 'meme.reply.me' }),
    keyOf(body, { [HEADERS.replay]: 'again' }),
  ];
  expect(keyOf(body)).toBe(keys[0]);
  expect(new Set(keys).size).toBe(keys.length);
});
