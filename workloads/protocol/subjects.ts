/** NATS subjects of the meme generator. All but `request` and `dead` are held by MEME_RESPONSES. */
export const SUBJECTS = {
  request: 'meme.request',
  response: 'meme.response',
  error: 'meme.response.error',
  /** Requests that were given up, as they were sent, with the reason in their headers. */
  dead: 'meme.dead',
} as const;

/** Queue group of the workers that take requests straight from their publishers. */
export const CORE_QUEUE_GROUP = 'meme-generator-core';

/** Private replies below this prefix are kept like the public answers, so that they can be replayed. */
export const REPLY_PREFIX = 'meme.reply.';

/** What a private reply subject may start with. Below `_INBOX.` only who listens right now gets it. */
export const REPLY_PREFIXES: readonly string[] = [REPLY_PREFIX, '_INBOX.'];

/**
 * The subject on which failures are announced for a given response subject.
 *
 * @param responseSubject for example `meme.response`
 */
export function errorSubjectFor(responseSubject: string): string {
  return `${responseSubject}.error`;
}

/**
 * The subject on which a worker says that it begins with a request; only who listens right now learns
 * of it.
 *
 * @param inbox reply subject of the request, below `_INBOX.`
 */
export function startedSubjectFor(inbox: string): string {
  return `${inbox}.started`;
}
