/** Where a message belongs in a trace, as the W3C recommendation "Trace Context" has it. */
export interface TraceContext {
  /** 32 hexadecimal digits, not all zero. */
  readonly traceId: string;
  /** The span that published the message: 16 hexadecimal digits, not all zero. */
  readonly spanId: string;
  /** Bits; the lowest one says that the publisher records the trace. */
  readonly traceFlags: number;
}

const SAMPLED = 1;
// version, trace id, span id, flags; what a later version appends is not ours to read
const TRACEPARENT =
  /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(-.*)?$/;

/**
 * Begins a trace, in browsers as well as in Node.
 *
 * @returns value of the header `traceparent`
 */
export function newTraceparent(): string {
  return formatTraceparent({ traceId: randomHex(16), spanId: randomHex(8), traceFlags: SAMPLED });
}

/** The value of the header `traceparent`. */
export function formatTraceparent({ traceId, spanId, traceFlags }: TraceContext): string {
  return `00-${traceId}-${spanId}-${hex(traceFlags & 0xff)}`;
}

/** Reads the header `traceparent`; undefined where it is missing or malformed: a new trace begins. */
export function parseTraceparent(text: string | undefined): TraceContext | undefined {
  const [, version, traceId, spanId, flags, rest] = TRACEPARENT.exec(text?.trim() ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (version === '00' && rest !== undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) };
}

function randomHex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), hex).join('');
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
