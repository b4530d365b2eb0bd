import { type MsgHdrs } from 'nats';

/**
 * One of a message's headers, or undefined where it is absent, empty or unreadable.
 *
 * The server accepts any header line, and the library throws for a message with one that it cannot
 * parse. Such headers count as absent: an exception here would leave the request unanswered.
 *
 * @param headers reads them all
 */
export function readHeader(headers: () => MsgHdrs | undefined, name: string): string | undefined {
  try {
    return headers()?.get(name) || undefined;
  } catch {
    return undefined;
  }
}
