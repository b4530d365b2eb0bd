import { type ConsumerSpec } from '../../workloads/protocol/streams';

/** What a user of NATS may do beside reading its own inbox; everything else is denied. */
export interface NatsPermissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/**
 * Where answers go. The server's own "allow_responses" would allow whatever subject a request names
 * as its reply: a browser could have a program publish where it may not itself.
 */
export const ANY_INBOX = '_INBOX.>';

/** What a program publishes to read from a consumer: its state, the next messages, and acknowledgements. */
export function consuming({ stream, durable }: ConsumerSpec): string[] {
  return [
    `$JS.API.CONSUMER.INFO.${stream}.${durable}`,
    `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
    `$JS.ACK.${stream}.${durable}.>`,
  ];
}
