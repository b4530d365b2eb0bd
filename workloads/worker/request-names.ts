import { createHash } from 'node:crypto';
import { HEADERS } from '../protocol/headers';
import { MAX_REQUEST_BYTES, replySubjectSchema, requestIdSchema } from '../protocol/request';
import { type Incoming } from './incoming';

/** Under which names a request is claimed and answered. */
export interface RequestNames {
  /** The id under which the client knows the request. */
  readonly id: string;
  /**
   * Tells this request from every other one, and is the same for each copy of it: an id that is used
   * again for another prompt or another reply subject is another request.
   */
  readonly key: string;
  /** Subject of a private answer; only ever one that is allowed. */
  readonly replyTo?: string;
  /** Place of the answer in a trace, where there is one. */
  readonly traceparent?: string;
}

/** A request of which only the names were checked. */
export interface ReadRequest extends RequestNames {
  /** The body, where it is JSON of an allowed size. */
  readonly body?: unknown;
  /** Why there is no body. */
  readonly fault?: string;
}

const DECODER = new TextDecoder();
/** Where the names are looked for in a body that is too large to parse. */
const MAX_SCANNED_BYTES = 4096;

/** Reads the names of a request, whatever was sent. Never throws. */
export function readNames(incoming: Incoming): ReadRequest {
  const { body, fault } = readBody(incoming.data);
  const fields = isObject(body) ? body : fault === undefined ? {} : scanNames(incoming.data);
  const header = incoming.header(HEADERS.replyTo);
  const sentAs = incoming.header(HEADERS.requestId) ?? incoming.header(HEADERS.messageId);
  const id =
    requestIdSchema.safeParse(fields.id).data ??
    requestIdSchema.safeParse(sentAs).data ??
    incoming.derivedId;
  const replyTo = replySubjectSchema.safeParse(fields.reply_to ?? header).data;
  // a request without a stable id has no key either
  const key = id === '' ? '' : `${id} ${fingerprint(incoming, header)}`;
  const isPlain = fields === body && header !== undefined && fields.reply_to === undefined;
  return { id, key, replyTo, body: isPlain ? { ...fields, reply_to: header } : body, fault };
}

function readBody(data: Uint8Array): { body?: unknown; fault?: string } {
  if (data.length > MAX_REQUEST_BYTES) {
    const fault =
      `request has ${data.length} bytes: at most ${MAX_REQUEST_BYTES} are allowed; ` +
      'shorten the prompt';
    return { fault };
  }
  const text = DECODER.decode(data);
  try {
    return { body: JSON.parse(text) as unknown };
  } catch {
    const start = JSON.stringify(text.slice(0, 40));
    const fault =
      `request is not JSON: it starts with ${start} (${data.length} bytes); ` +
      'send an object like {"prompt": "..."}';
    return { fault };
  }
}

/** The names as they stand near the start of a body that cannot or must not be parsed. */
function scanNames(data: Uint8Array): Record<string, unknown> {
  const start = DECODER.decode(data.subarray(0, MAX_SCANNED_BYTES));
  const find = (name: string) =>
    new RegExp(`"${name}"\\s*:\\s*"([\\x21\\x23-\\x5b\\x5d-\\x7e]{1,200})"`).exec(start)?.[1];
  return { id: find('id'), reply_to: find('reply_to') };
}

function fingerprint(incoming: Incoming, replyTo: string | undefined): string {
  const hash = createHash('sha256').update(incoming.data);
  // the separator keeps a header from counting as the end of the body
  hash.update(`\0${replyTo ?? ''}\0${incoming.header(HEADERS.replay) ?? ''}`);
  return hash.digest('hex').slice(0, 16);
}

function isObject(body: unknown): body is Record<string, unknown> {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}
