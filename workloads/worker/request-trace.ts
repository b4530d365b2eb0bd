import { type Context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { HEADERS } from '../protocol/headers';
import { SUBJECTS } from '../protocol/subjects';
import { contextOf, endFailed } from '../process/tracing';
import { type Incoming } from './incoming';
import { type Outcome } from './metrics';

const TRACER = trace.getTracer('worker');
const FAILURES: readonly Outcome[] = ['error', 'unsettled'];

/** Parts of the work on a request, each a span of its own. */
export type WorkPart = 'claim' | 'cache' | 'generate' | 'publish';

/**
 * The spans of one delivery of a request, in the trace that its publisher began. They hold no prompt.
 * Where no traces are exported, none of this does anything but carry the publisher's context on.
 */
export class RequestTrace {
  private readonly below: Context;

  private constructor(
    private readonly parent: Context,
    private readonly root: Span,
  ) {
    this.below = trace.setSpan(parent, root);
  }

  /**
   * Begins the span of a delivery.
   *
   * @param delivery 1 for the first one
   */
  static begin(incoming: Incoming, startTime: number, delivery: number): RequestTrace {
    const parent = contextOf(incoming.header(HEADERS.traceparent));
    const attributes = {
      'messaging.system': 'nats',
      'messaging.operation.type': 'process',
      'messaging.destination.name': SUBJECTS.request,
      'messaging.message.body.size': incoming.data.length,
      'meme.source': incoming.source,
      'meme.delivery': delivery,
    };
    const options = { kind: SpanKind.CONSUMER, startTime, attributes };
    const root = TRACER.startSpan(`process ${SUBJECTS.request}`, options, parent);
    return new RequestTrace(parent, root);
  }

  /** Says how long the request waited; the times are in milliseconds since 1970. */
  waited(publishedAt: number, startedAt: number): void {
    // the clocks of the server and of this pod may differ
    const startTime = Math.min(publishedAt, startedAt);
    TRACER.startSpan('queue', { startTime }, this.parent).end(startedAt);
  }

  /** Begins a part of the work, which the caller ends. */
  begin(part: WorkPart): Span {
    const kind = part === 'publish' ? SpanKind.PRODUCER : SpanKind.INTERNAL;
    return TRACER.startSpan(part, { kind }, this.below);
  }

  /**
   * Does a part of the work in a span of its own.
   *
   * @throws what the work throws
   */
  async during<T>(part: WorkPart, work: (span: Span) => Promise<T>): Promise<T> {
    const span = this.begin(part);
    try {
      const result = await work(span);
      span.end();
      return result;
    } catch (error) {
      endFailed(span, error as Error);
      throw error;
    }
  }

  /** Under which id the client knows the request. */
  name(requestId: string): void {
    this.root.setAttribute('messaging.message.id', requestId);
  }

  /** Ends the span of the delivery. */
  end(outcome: Outcome): void {
    this.root.setAttribute('meme.outcome', outcome);
    if (FAILURES.includes(outcome)) this.root.setStatus({ code: SpanStatusCode.ERROR });
    this.root.end();
  }
}
