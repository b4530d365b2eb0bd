/** NATS subjects of the meme generator. `response` and `error` are both held by MEME_RESPONSES. */
export const SUBJECTS = {
  request: 'meme.request',
  response: 'meme.response',
  error: 'meme.response.error',
} as const;

/**
 * The subject on which failures are announced for a given response subject.
 *
 * @param responseSubject for example `meme.response`
 */
export function errorSubjectFor(responseSubject: string): string {
  return `${responseSubject}.error`;
}
