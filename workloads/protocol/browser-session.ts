/** What a browser connects to NATS with: it makes both itself, and keeps the secret to itself. */
export interface BrowserSession {
  /** Shown by the server in its list of connections; sent as the user. */
  readonly id: string;
  /** Sent as the password; who has it has the session's answers. */
  readonly secret: string;
}

/** Fewest and most characters of an id and of a secret; 22 of them hold 128 bits. */
export const SESSION_LENGTH = { min: 22, max: 128 } as const;

const SESSION_TEXT = /^[A-Za-z0-9_-]+$/;
const RANDOM_BYTES = 18;

/** A session that nobody else has. */
export function newBrowserSession(): BrowserSession {
  return { id: randomText(), secret: randomText() };
}

/**
 * What is wrong with a session.
 *
 * @returns undefined for a session that the server lets in
 */
export function sessionFault(session: Partial<BrowserSession>): string | undefined {
  for (const [field, text = ''] of [
    ['user', session.id],
    ['password', session.secret],
  ] as const) {
    if (text.length < SESSION_LENGTH.min || text.length > SESSION_LENGTH.max) {
      return (
        `the ${field} of a browser session has ${text.length} characters: ` +
        `send ${SESSION_LENGTH.min} to ${SESSION_LENGTH.max}`
      );
    }
    if (!SESSION_TEXT.test(text)) {
      return `the ${field} of a browser session may hold letters, digits, "-" and "_" only`;
    }
  }
  return undefined;
}

/**
 * Where a session's inboxes are: the only subject with replies that it may listen to. The name is a
 * hash of id and secret, so that neither the id nor a reply subject that somebody sees opens it.
 *
 * @throws Error in a browser on a page that is neither https nor on localhost: it has no hashes there
 */
export async function sessionInbox({ id, secret }: BrowserSession): Promise<string> {
  const { subtle } = globalThis.crypto;
  if (subtle === undefined) {
    throw new Error('this browser hashes only on https or localhost: open the page there');
  }
  const text = new TextEncoder().encode(`${id}:${secret}`);
  const hash = new Uint8Array(await subtle.digest('SHA-256', text));
  return `_INBOX.${base64Url(hash)}`;
}

function randomText(): string {
  return base64Url(globalThis.crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)));
}

function base64Url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
