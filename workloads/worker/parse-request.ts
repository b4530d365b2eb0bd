import { MAX_PROMPT_LENGTH, memeRequestSchema, requestIdSchema } from '../protocol/request';
import { type MemeRequest } from '../protocol/request';
import { type Delivery } from './delivery';

/** A request with an id, or the reason why there is none. */
export type ParsedRequest =
  | { readonly id: string; readonly request: MemeRequest }
  | { readonly id: string; readonly fault: string };

/**
 * Reads a request. One without a usable id gets the id of its message, so that every delivery of it
 * is answered under the same id.
 */
export function parseRequest(delivery: Delivery): ParsedRequest {
  const fallbackId = requestIdSchema.safeParse(delivery.messageId).data ?? delivery.derivedId;
  let body: unknown;
  try {
    body = JSON.parse(delivery.text);
  } catch {
    const start = JSON.stringify(delivery.text.slice(0, 40));
    const fault = `request is not JSON: it starts with ${start} (${delivery.bytes} bytes); `;
    return { id: fallbackId, fault: `${fault}send an object like {"prompt": "..."}` };
  }
  const sentId = requestIdSchema.safeParse((body as { id?: unknown } | null)?.id);
  const id = sentId.success ? sentId.data : fallbackId;
  const parsed = memeRequestSchema.safeParse(body);
  if (parsed.success) return { id, request: parsed.data };
  const faults = parsed.error.issues.map((issue) => describe(issue.path, issue.message, body));
  return { id, fault: faults.join('; ') };
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
