import { createRequire } from 'node:module';
import { type NatsConnection as BrowserConnection, wsconnect } from '@nats-io/nats-core';
import { type NatsConnection, type Status } from 'nats';

/** What a client may do, as the server answers. */
export interface Rights {
  publish(subject: string): Promise<'allowed' | 'refused'>;
  subscribe(subject: string, queue?: string): Promise<'allowed' | 'refused'>;
}

// Node 20 has no WebSocket of its own
const { WebSocket } = createRequire(__filename)('ws') as { WebSocket: typeof globalThis.WebSocket };

/** Connects as a browser does. */
export function connectBrowser(
  url: string,
  user: string,
  pass: string,
  inboxPrefix: string,
): Promise<BrowserConnection> {
  const options = { servers: url, user, pass, inboxPrefix, reconnect: false, timeout: 10_000 };
  return wsconnect({
    ...options,
    wsFactory: async (address) => ({ socket: new WebSocket(address), encrypted: false }),
  });
}

/** The rights of a client that is connected over TCP. */
export function rightsOf(connection: NatsConnection): Rights {
  const faults: string[] = [];
  void (async () => {
    for await (const { type, permissionContext } of connection.status() as AsyncIterable<Status>) {
      if (type !== 'error' || !permissionContext) continue;
      faults.push(`${permissionContext.operation} ${permissionContext.subject}`);
    }
  })();
  return rights(connection, faults);
}

/** The rights of a client that is connected over a WebSocket. */
export function browserRightsOf(connection: BrowserConnection): Rights {
  const faults: string[] = [];
  void (async () => {
    for await (const status of connection.status()) {
      if (status.type !== 'error') continue;
      const { operation, subject } = status.error as { operation?: string; subject?: string };
      faults.push(`${operation} ${subject}`);
    }
  })();
  return rights(connection, faults);
}

interface Client {
  publish(subject: string): void;
  subscribe(
    subject: string,
    options: { queue?: string; callback: (error: Error | null) => void },
  ): { unsubscribe(): void };
  flush(): Promise<void>;
}

function rights(client: Client, faults: readonly string[]): Rights {
  // the server refuses before it answers what was sent after
  const outcome = async (operation: 'publish' | 'subscription', subject: string) => {
    await client.flush();
    await new Promise((resolve) => setImmediate(resolve));
    return faults.includes(`${operation} ${subject}`) ? 'refused' : 'allowed';
  };
  return {
    publish: (subject) => {
      client.publish(subject);
      return outcome('publish', subject);
    },
    subscribe: async (subject, queue) => {
      const subscription = client.subscribe(subject, { queue, callback: () => undefined });
      const found = await outcome('subscription', subject);
      subscription.unsubscribe();
      return found;
    },
  };
}
