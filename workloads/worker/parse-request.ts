import { MAX_PROMPT_LENGTH, memeRequestSchema, type MemeRequest } from '../protocol/request';
import { describeValue } from './describe-value';
import { type Incoming } from './incoming';
import { type ReadRequest, readNames, type RequestNames } from './request-names';

/** A request that can be worked on, or the reason why not. */
export type ParsedRequest = RequestNames &
  ({ readonly request: MemeRequest } | { readonly fault: string });

/**
 * Reads and checks a request. One without a usable id gets the id of its message, so that every
 * delivery of it is answered under the same id. Never throws.
 */
export function parseRequest(incoming: Incoming): ParsedRequest {
  return checkRequest(readNames(incoming));
}

/** Checks a request of which the names were read. Never throws. */
export function checkRequest({ body, fault, ...names }: ReadRequest): ParsedRequest {
  if (fault !== undefined) return { ...names, fault };
  const parsed = memeRequestSchema.safeParse(body);
  if (parsed.success) return { ...names, request: parsed.data };
  const faults = parsed.error.issues.map(({ path, message }) => describeFault(path, message, body));
  return { ...names, fault: faults.join('; ') };
}

function describeFault(path: readonly PropertyKey[], message: string, body: unknown): string {
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
  return `'${name}' is ${describeValue(value)}: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
}
