import {
  memeErrorSchema,
  memeResponseSchema,
  type MemeError,
  type MemeResponse,
} from '../../workloads/protocol/response';
import { UserError } from './user-error';

/** The answer to a request. */
export type Answer =
  | { readonly kind: 'picture'; readonly response: MemeResponse }
  | { readonly kind: 'error'; readonly failure: MemeError };

/**
 * Reads an answer.
 *
 * @throws UserError if the message is neither a meme nor a failure
 */
export function parseAnswer(text: string): Answer {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new UserError(`answer is not JSON: it starts with ${JSON.stringify(text.slice(0, 40))}`);
  }
  const response = memeResponseSchema.safeParse(body);
  if (response.success && hasPicture(response.data)) {
    return { kind: 'picture', response: response.data };
  }
  const failure = memeErrorSchema.safeParse(body);
  if (failure.success) return { kind: 'error', failure: failure.data };
  throw new UserError('answer has neither a picture nor an error; is this the right subject?');
}

function hasPicture(response: MemeResponse): boolean {
  const { image_data: data, image_object: object } = response;
  return data !== undefined || object !== undefined || response.private === true;
}

/**
 * One line about a picture: its worker, whether it came from the cache, and how long it took.
 *
 * @param path the saved file; undefined for the notice of a private picture
 * @param totalMs time from publication to answer, if known
 */
export function describePicture(
  response: MemeResponse,
  path: string | undefined,
  totalMs?: number,
): string {
  const parts = [
    response.cached ? 'from the cache' : 'new',
    `worker ${response.worker ?? 'unknown'}`,
    ...(response.queued_ms === undefined ? [] : [`queue ${seconds(response.queued_ms)}`]),
    ...(response.generation_ms === undefined ? [] : [`work ${seconds(response.generation_ms)}`]),
    ...(totalMs === undefined ? [] : [`total ${seconds(totalMs)}`]),
  ];
  const where = path ?? 'private, picture sent to the reply subject';
  return `${response.request_id}: ${where} (${parts.join(', ')})`;
}

/** Milliseconds as seconds with two decimals. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
