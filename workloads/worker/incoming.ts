/** How a request arrived: through the durable consumer, or straight from the publisher. */
export type Source = 'jetstream' | 'core';

/** A request as it arrived, before it is parsed. Reading any of it never throws. */
export interface Incoming {
  readonly source: Source;
  /** The body as it was sent. */
  readonly data: Uint8Array;
  /** An id for a request without one; empty where no stable one exists. */
  readonly derivedId: string;
  /** A header, or undefined where it is absent, empty or unreadable. */
  header(name: string): string | undefined;
}
