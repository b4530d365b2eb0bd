import { type Random } from '../../workloads/protocol/random';

/** A request as bytes, with lines for its header block. */
export interface RawRequest {
  readonly body: Buffer;
  /** Lines as they go over the wire, readable or not. */
  readonly headers?: readonly string[];
}

type Content = string | Buffer | object;
type Make = (random: Random, id: string) => Content | RawRequest;

const nested = (depth: number, open: string, close: string) =>
  open.repeat(depth) + close.repeat(depth);
const raw = (body: Content, ...headers: string[]): RawRequest => ({ body: bytesOf(body), headers });
const pick = (random: Random, ...values: unknown[]) => random.pick(values);
const letters = (random: Random, count: number) =>
  Array.from({ length: count }, () => random.pick([...'abcdefghij ÄéßЖ漢'])).join('');
/** A whole number between two bounds. */
const whole = (random: Random, low: number, high: number) => Math.floor(random.between(low, high));

const noise = (random: Random, size: number) =>
  Buffer.from(Array.from({ length: size }, () => whole(random, 0, 255)));

/** Values that no field but a text or a switch expects. */
const odd = (random: Random) =>
  pick(random, null, 0, -1, 1e308, [], {}, [[[]]], { a: { b: 1 } }, true, '', ' ', '\0', '\ud800');

/**
 * Kinds of requests that no client should send, and some that look like them and are fine. Each makes
 * as many as are asked for from a random source.
 */
export const MALFORMED: Readonly<Record<string, Make>> = {
  nothing: () => '',
  'one space': () => ' ',
  'null byte': () => '\0',
  noise: (random) => noise(random, whole(random, 1, 2000)),
  'noise in a prompt': (random, id) =>
    Buffer.concat([Buffer.from(`{"id":"${id}","prompt":"`), noise(random, 100), Buffer.from('"}')]),
  'invalid UTF-8 in a prompt': (_random, id) =>
    Buffer.concat([
      Buffer.from(`{"id":"${id}","prompt":"a`),
      Buffer.from([0xff, 0xfe, 0xc0]),
      Buffer.from('"}'),
    ]),
  'UTF-16': (_random, id) => Buffer.from(JSON.stringify({ id, prompt: 'wide' }), 'utf16le'),
  'byte order mark': (_random, id) => `\ufeff${JSON.stringify({ id, prompt: 'marked' })}`,
  'plain words': (random) => letters(random, whole(random, 1, 300)),
  'a number': (random) => `${whole(random, 0, 1e9)}`,
  'a huge number': () => '9'.repeat(5000),
  null: () => 'null',
  true: () => 'true',
  'a text': (random) => JSON.stringify(letters(random, 50)),
  'an array': (_random, id) => [{ id, prompt: 'in an array' }],
  'an empty object': () => ({}),
  'an empty array': () => [],
  HTML: () => '<html><body>not found</body></html>',
  'two objects': (_random, id) => JSON.stringify({ id, prompt: 'a' }).repeat(2),
  'cut JSON': (random, id) => {
    const text = JSON.stringify({ id, prompt: 'cut in the middle' });
    return text.slice(0, whole(random, 1, text.length - 1));
  },
  'single quotes': (_random, id) => `{'id':'${id}','prompt':'quoted'}`,
  'trailing comma': (_random, id) => `{"id":"${id}","prompt":"comma",}`,
  comment: (_random, id) => `{"id":"${id}",/* why */"prompt":"comment"}`,
  NaN: (_random, id) => `{"id":"${id}","prompt":NaN}`,
  'bare line breaks': (_random, id) => `{"id":"${id}","prompt":"a\nb"}`,
  'bad escape': (_random, id) => `{"id":"${id}","prompt":"\\x41"}`,
  'nested arrays': (random) => nested(whole(random, 5000, 100_000), '[', ']'),
  'nested objects': (random) => nested(whole(random, 1000, 20_000), '{"a":', '') + '}',
  'closed nested objects': () => `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  'nested prompt': (random, id) =>
    `{"id":"${id}","prompt":${nested(whole(random, 5000, 100_000), '[', ']')}}`,
  'nested id': (random) => `{"prompt":"x","id":${nested(whole(random, 5000, 100_000), '[', ']')}}`,
  'nested reply subject': (_random, id) =>
    `{"id":"${id}","prompt":"x","reply_to":${'{"a":'.repeat(9000)}1${'}'.repeat(9000)}}`,
  'nested switch': (_random, id) =>
    `{"id":"${id}","prompt":"x","fast_mode":${nested(60_000, '[', ']')}}`,
  'nested unknown field': (_random, id) =>
    `{"id":"${id}","prompt":"fine","small_image":true,"hints":${nested(60_000, '[', ']')}}`,
  'many fields': (_random, id) => ({
    id,
    ...Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`f${index}`, index])),
  }),
  'doubled fields': (_random, id) => `{"id":"other","id":"${id}","prompt":1,"prompt":" "}`,
  prototype: (_random, id) => `{"id":"${id}","__proto__":{"prompt":"x"},"constructor":1}`,
  'no prompt': (_random, id) => ({ id }),
  'odd prompt': (random, id) => ({ id, prompt: pick(random, null, 7, [], {}, true, '', '  \n ') }),
  'long prompt': (random, id) => ({ id, prompt: 'x'.repeat(whole(random, 2001, 100_000)) }),
  'odd switch': (random, id) => ({ id, prompt: 'x', fast_mode: pick(random, 'yes', 1, null, []) }),
  'odd size': (random, id) => ({ id, prompt: 'x', small_image: pick(random, 'no', 0, null, {}) }),
  'odd id': (random) => ({ id: odd(random), prompt: ' ' }),
  'long id': () => ({ id: 'x'.repeat(5000), prompt: 'x' }),
  'id with a line break': () => ({ id: 'a\r\nNats-Msg-Id: b', prompt: 'x' }),
  'odd client': (random, id) => ({
    id,
    prompt: 'x',
    client_id: pick(random, 1, [], '', 'a b', 'ü'),
  }),
  'odd reply subject': (random, id) => ({
    id,
    prompt: 'x',
    reply_to: pick(random, 1, [], '', '>', 'meme.reply.*', 'meme.response', '$JS.API.INFO', 'a b'),
  }),
  'everything odd': (random) => ({
    id: odd(random),
    prompt: pick(random, null, 3, [], ''),
    fast_mode: odd(random) === true ? 'no' : odd(random),
    small_image: 'maybe',
    reply_to: pick(random, 1, '', null, []),
    client_id: pick(random, 1, '', null, {}),
  }),
  'too large': (random, id) => ({ id, prompt: 'x'.repeat(whole(random, 262_200, 270_000)) }),
  'too large noise': (random) => Buffer.alloc(whole(random, 262_200, 270_000), 0xc3),
  'too large and nested': (_random, id) => `{"id":"${id}","prompt":${nested(150_000, '[', ']')}}`,
  'header without a colon': (_random, id) => raw({ id, prompt: ' ' }, 'no colon'),
  'header with a space in its key': (_random, id) => raw({ id, prompt: ' ' }, 'bad key: value'),
  'header without a key': (_random, id) => raw({ id, prompt: ' ' }, ': value'),
  'header with control characters': (_random, id) => raw({ id, prompt: ' ' }, 'a\x01b: \x02'),
  'header that is not UTF-8': (_random, id) => raw({ id, prompt: ' ' }, 'caf\u00e9: \u00ff\u00fe'),
  'long header': (_random, id) => raw({ id, prompt: ' ' }, `long: ${'x'.repeat(10_000)}`),
  'many headers': (_random, id) =>
    raw({ id, prompt: ' ' }, ...Array.from({ length: 500 }, (_, index) => `h${index}: v`)),
  'odd trace': (random, id) =>
    raw(
      { id, prompt: ' ' },
      `traceparent: ${random.pick(['', '00', '00-0-0-0', `ff-${'0'.repeat(32)}-${'0'.repeat(16)}-01`, '漢'])}`,
    ),
  'odd reply header': (random, id) =>
    raw(
      { id, prompt: ' ' },
      `reply_to: ${random.pick(['>', 'meme.response', 'a b', '_INBOX.', '*'])}`,
    ),
  'odd replay header': (random, id) =>
    raw({ id, prompt: ' ' }, `Meme-Replay: ${random.pick(['', 'a b', 'x'.repeat(300), '漢'])}`),
  'odd id header': (random) =>
    raw('not json', `Meme-Request-Id: ${random.pick(['a b', 'x'.repeat(300), '漢'])}`),
  'status line': (_random, id) => raw({ id, prompt: ' ' }, ' 503 No Responders'),
  'control characters in a prompt': (random, id) => ({
    id,
    prompt: `a\u0000b\u0007\u001b[31m${random.pick([1, 2])}`,
    small_image: true,
  }),
  'lone surrogates': (random, id) => ({
    id,
    prompt: `a \ud83d b ${random.pick([1, 2])}`,
    small_image: true,
  }),
  'markup in a prompt': (random, id) => ({
    id,
    prompt: `</svg><script>&amp;${random.pick([1, 2])}<!--`,
    small_image: true,
  }),
  'marks that pile up': (random, id) => ({
    id,
    prompt: `z${'\u0301\u0489'.repeat(400)}${random.pick([1, 2])}`,
    small_image: true,
  }),
  'line breaks only between': (random, id) => ({
    id,
    prompt: `${'\n'.repeat(900)}x${random.pick([1, 2])}`,
    small_image: true,
  }),
  'directions that change': (random, id) => ({
    id,
    prompt: `\u202e\u2066abc\u202c${random.pick([1, 2])}`,
    small_image: true,
  }),
};

/** A request of a kind. */
export function malformedRequest(kind: string, random: Random, id: string): RawRequest {
  const made = MALFORMED[kind]!(random, id);
  return isRaw(made) ? made : { body: bytesOf(made) };
}

function isRaw(made: Content | RawRequest): made is RawRequest {
  return typeof made === 'object' && 'body' in made && Buffer.isBuffer(made.body);
}

function bytesOf(content: Content): Buffer {
  if (Buffer.isBuffer(content)) return content;
  return Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
}
