import { memeErrorSchema, memeResponseSchema } from '../../../protocol/response';
import { type Meme } from './meme';

/** What an answer changes about a meme. */
export type AnswerFields = Pick<
  Meme,
  'state' | 'picture' | 'error' | 'worker' | 'cached' | 'queuedMs' | 'generationMs'
>;

/** Only these are shown: anything else could be more than a picture. */
const PICTURE_TYPES: readonly string[] = ['image/jpeg', 'image/png', 'image/webp'];

/**
 * Reads what came to the session's inbox.
 *
 * @param body the message's JSON
 * @returns a failed meme where the answer cannot be understood
 */
export function readAnswer(body: unknown): AnswerFields {
  const failure = memeErrorSchema.safeParse(body);
  if (failure.success) return { state: 'failed', error: failure.data.error };
  const parsed = memeResponseSchema.safeParse(body);
  if (!parsed.success)
    return { state: 'failed', error: 'the answer is neither a meme nor an error' };
  const { image_data: data, mime_type: type = '', ...response } = parsed.data;
  if (data === undefined) return { state: 'failed', error: 'the answer carries no picture' };
  if (!PICTURE_TYPES.includes(type)) {
    return {
      state: 'failed',
      error: `the answer is "${type}", not one of ${PICTURE_TYPES.join(', ')}`,
    };
  }
  return {
    state: 'done',
    picture: new Blob([bytesOf(data)], { type }),
    worker: response.worker,
    cached: response.cached,
    queuedMs: response.queued_ms,
    generationMs: response.generation_ms,
  };
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
