import {
  type BrowserSession,
  newBrowserSession,
  sessionFault,
} from '../../protocol/browser-session';
import { randomText } from './random-text';

/** Who this tab is. */
export interface Session extends BrowserSession {
  /** Names the client to the limit on requests per minute; says nothing about the session. */
  readonly clientId: string;
}

const KEY = 'meme-session';

/**
 * The session of this tab: the same after a reload, another one in another tab.
 *
 * @param storage the tab's own storage
 */
export function openSession(storage: Storage): Session {
  const kept = read(storage);
  if (kept !== undefined) return kept;
  const session = { ...newBrowserSession(), clientId: `web-${randomText(8)}` };
  storage.setItem(KEY, JSON.stringify(session));
  return session;
}

function read(storage: Storage): Session | undefined {
  try {
    const session = JSON.parse(storage.getItem(KEY) ?? '{}') as Session;
    return session.clientId && sessionFault(session) === undefined ? session : undefined;
  } catch {
    // what another program of this origin left there is no session
    return undefined;
  }
}
