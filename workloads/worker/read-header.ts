import { ErrorCode, type MsgHdrs, type NatsError } from 'nats';

/**
 * One of a message's headers, if it is there and not empty.
 *
 * The server takes any header line, and the library reads none of a message where it does not
 * understand one. Such headers count as absent: a request that nobody can read would never end.
 *
 * @param headers reads them all
 */
export function readHeader(headers: () => MsgHdrs | undefined, name: string): string | undefined {
  try {
    return headers()?.get(name) || undefined;
  } catch (error) {
    if ((error as NatsError).code === ErrorCode.BadHeader) return undefined;
    throw error;
  }
}
