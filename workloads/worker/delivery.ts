import { createHash } from 'node:crypto';
import { nanos, type Msg } from 'nats';
import { type Incoming } from './incoming';
import { readHeader } from './read-header';
import { type RequestMux } from '../process/request-mux';

/** Payloads of the JetStream acknowledgement protocol. */
const ACK = {
  ok: '+ACK',
  again: '-NAK',
  working: '+WPI',
  terminate: '+TERM',
} as const;

const DECODER = new TextDecoder();
const CONFIRMED_WITHIN_MS = 2000;

/** Where a message comes from and how often it was delivered, as its reply subject says. */
interface DeliveryInfo {
  readonly stream: string;
  readonly sequence: number;
  /** 1 for the first delivery. */
  readonly count: number;
  /** Unix time of the publication, in milliseconds. */
  readonly publishedAtMs: number;
}

/** One delivery of one message of a pull consumer. Exactly one final acknowledgement is sent. */
export class Delivery implements Incoming {
  readonly source = 'jetstream';
  readonly info: DeliveryInfo;
  private settled = false;

  /**
   * @param message as it came from a pull
   * @throws Error where the message carries no acknowledgement subject
   */
  constructor(
    private readonly requests: RequestMux,
    private readonly message: Msg,
  ) {
    this.info = parseReply(message.reply);
  }

  /** The body as text; invalid UTF-8 becomes replacement characters. */
  get text(): string {
    return DECODER.decode(this.message.data);
  }

  /** The body as it was sent. */
  get data(): Uint8Array {
    return this.message.data;
  }

  header(name: string): string | undefined {
    return readHeader(() => this.message.headers, name);
  }

  /** An id for a message without one: the same for every delivery of it. */
  get derivedId(): string {
    const { stream, sequence, publishedAtMs } = this.info;
    return deriveId(stream, sequence, publishedAtMs);
  }

  /** Tells the server that the work goes on, so that the acknowledgement wait starts anew. */
  working(): void {
    if (!this.settled) this.message.respond(ACK.working);
  }

  /**
   * Acknowledges and waits until the server confirms.
   *
   * @throws Error where no confirmation came; the message is then delivered again
   */
  async ack(): Promise<void> {
    await this.settle(ACK.ok);
  }

  /**
   * Acknowledges without waiting for a confirmation, which costs as much as the rest of a cached
   * answer's settlement. Only for a message of which another delivery does no harm.
   */
  ackUnconfirmed(): void {
    if (this.settled) return;
    this.settled = true;
    this.message.respond(ACK.ok);
  }

  /**
   * Ends the message for good, with a reason that the server publishes as an advisory.
   *
   * @throws Error where no confirmation came; the message is then delivered again
   */
  async terminate(reason: string): Promise<void> {
    // the reason becomes one line of the protocol
    await this.settle(`${ACK.terminate} ${reason.replace(/\s+/g, ' ').slice(0, 200)}`);
  }

  /**
   * Gives the message back.
   *
   * @param delayMs least time until the next delivery; 0 means at once
   * @throws Error where no confirmation came; the message is then delivered again after the wait
   */
  async again(delayMs: number): Promise<void> {
    const delay = delayMs > 0 ? ` ${JSON.stringify({ delay: nanos(Math.round(delayMs)) })}` : '';
    await this.settle(`${ACK.again}${delay}`);
  }

  /** Whether a final acknowledgement was sent. */
  get isSettled(): boolean {
    return this.settled;
  }

  private async settle(payload: string): Promise<void> {
    if (this.settled) return;
    this.settled = true;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.requests.request(this.message.reply!, payload, CONFIRMED_WITHIN_MS);
        return;
      } catch (error) {
        // an acknowledgement sent while the server restarts is lost, and is harmless when repeated
        if (attempt === 3 || this.requests.isClosed) throw error;
      }
    }
  }
}

/**
 * Reads the acknowledgement subject, old form (9 tokens) and new form (11 or more):
 * `$JS.ACK.[<domain>.<account>.]<stream>.<consumer>.<deliveries>.<sequence>.<n>.<time>.<pending>`.
 */
function parseReply(reply: string | undefined): DeliveryInfo {
  const tokens = reply?.split('.') ?? [];
  const offset = tokens.length === 9 ? 2 : 4;
  if (tokens.length < 9 || tokens[0] !== '$JS' || tokens[1] !== 'ACK') {
    throw new Error(`message has the reply subject "${reply ?? ''}", not one of JetStream`);
  }
  return {
    stream: tokens[offset]!,
    count: Number(tokens[offset + 2]),
    sequence: Number(tokens[offset + 3]),
    publishedAtMs: Number(BigInt(tokens[offset + 5]!) / 1_000_000n),
  };
}

/** An id made of what identifies a message for good, in the form of a UUID. */
export function deriveId(stream: string, sequence: number, publishedAtMs: number): string {
  const hash = createHash('sha256').update(`${stream}/${sequence}/${publishedAtMs}`);
  const hex = hash.digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)]
    .concat(hex.slice(20, 32))
    .join('-');
}
