/** How a request came: through the durable consumer, or straight from the publisher. */
export type Source = 'jetstream' | 'core';

/** A request as it came, before it is read. */
export interface Incoming {
  readonly source: Source;
  /** The body as text; invalid UTF-8 becomes replacement characters. */
  readonly text: string;
  /** Size of the body in bytes. */
  readonly bytes: number;
  /** An id for a request that brings none; empty where there is no lasting one. */
  readonly derivedId: string;
  /** One of the headers, if it is there and not empty. */
  header(name: string): string | undefined;
}
