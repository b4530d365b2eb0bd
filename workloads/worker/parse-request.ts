import { HEADERS } from '../protocol/headers';
import {
  MAX_PROMPT_LENGTH,
  memeRequestSchema,
  replySubjectSchema,
  requestIdSchema,
  type MemeRequest,
} from '../protocol/request';
import { type Incoming } from './incoming';

/** Under which names a request is claimed and answered. */
export interface RequestNames {
  /** The id under which the client knows the request. */
  readonly id: string;
  /** The id with the replay it belongs to: a request that is sent again is answered again. */
  readonly key: string;
  /** Where a private answer goes; only ever a subject that is allowed. */
  readonly replyTo?: string;
  /** Place of the answer in a trace, where there is one. */
  readonly traceparent?: string;
}

/** A request that can be worked on, or the reason why not. */
export type ParsedRequest =
  (RequestNames & { readonly request: MemeRequest }) | (RequestNames & { readonly fault: string });

/**
 * Reads a request. One without a usable id gets the id of its message, so that every delivery of it
 * is answered under the same id.
 */
export function parseRequest(incoming: Incoming): ParsedRequest {
  const header = incoming.header(HEADERS.replyTo);
  let body: unknown;
  try {
    body = JSON.parse(incoming.text);
  } catch {
    const start = JSON.stringify(incoming.text.slice(0, 40));
    const fault =
      `request is not JSON: it starts with ${start} (${incoming.bytes} bytes); ` +
      'send an object like {"prompt": "..."}';
    const replyTo = replySubjectSchema.safeParse(header).data;
    const fallbackId = idOf(incoming);
    return { id: fallbackId, key: keyOf(fallbackId, incoming), replyTo, fault };
  }
  if (header !== undefined && isObject(body)) body = { reply_to: header, ...body };
  const parsed = memeRequestSchema.safeParse(body);
  if (parsed.success) {
    const { id = idOf(incoming), reply_to } = parsed.data;
    return { id, key: keyOf(id, incoming), replyTo: reply_to, request: parsed.data };
  }
  const fields = body as { id?: unknown; reply_to?: unknown } | null;
  const id = requestIdSchema.safeParse(fields?.id).data ?? idOf(incoming);
  const replyTo = replySubjectSchema.safeParse(fields?.reply_to).data;
  const names = { id, key: keyOf(id, incoming), replyTo };
  const faults = parsed.error.issues.map((issue) => describe(issue.path, issue.message, body));
  return { ...names, fault: faults.join('; ') };
}

/** The id of a request that brings none in its body. */
function idOf(incoming: Incoming): string {
  const sentAs = incoming.header(HEADERS.requestId) ?? incoming.header(HEADERS.messageId);
  return requestIdSchema.safeParse(sentAs).data ?? incoming.derivedId;
}

function keyOf(id: string, incoming: Incoming): string {
  const header = incoming.header(HEADERS.replay);
  if (header === undefined) return id;
  const replay = requestIdSchema.safeParse(header).data;
  return replay === undefined ? id : `${id} ${replay}`;
}

function isObject(body: unknown): body is object {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}

function describe(path: readonly PropertyKey[], message: string, body: unknown): string {
  if (path.length === 0) {
    return 'request is not a JSON object: send one like {"prompt": "..."}';
  }
  const name = String(path[0]);
  const value = (body as Record<string, unknown>)[name];
  if (name === 'prompt' && typeof value === 'string' && value.length > MAX_PROMPT_LENGTH) {
    return (
      `'prompt' has ${value.length} characters: at most ${MAX_PROMPT_LENGTH} are allowed; ` +
      'shorten it'
    );
  }
  const shown = value === undefined ? 'missing' : (JSON.stringify(value) ?? '').slice(0, 60);
  return `'${name}' is ${shown}: ${lowerFirst(message)}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
