import { ROOT_CONTEXT, type Span, SpanKind, trace } from '@opentelemetry/api';
import {
  endFailed,
  startTracing,
  traceparentOf,
  type Tracing,
} from '../../workloads/process/tracing';
import { newTraceparent } from '../../workloads/protocol/trace-context';
import { SUBJECTS } from '../../workloads/protocol/subjects';

const TRACER = trace.getTracer('tools');
const LAST_SPANS_MS = 5000;

/** One trace for each request, from its publication to its answer. */
export class RequestTraces {
  private readonly open = new Map<string, Span>();

  private constructor(private readonly tracing?: Tracing) {}

  /**
   * @param service name of the program
   * @param endpoint if absent, each request still starts a trace, but this program exports no spans
   */
  static async start(service: string, endpoint?: string): Promise<RequestTraces> {
    const onFault = (fault: string) => process.stderr.write(`spans are not exported: ${fault}\n`);
    const instance = String(process.pid);
    return new RequestTraces(await startTracing({ endpoint, service, instance, onFault }));
  }

  /**
   * Starts the trace of a request.
   *
   * @returns the value of the message's traceparent header
   */
  begin(requestId: string): string {
    const attributes = { 'messaging.system': 'nats', 'messaging.message.id': requestId };
    const options = { kind: SpanKind.CLIENT, root: true, attributes };
    const span = TRACER.startSpan(`request ${SUBJECTS.request}`, options, ROOT_CONTEXT);
    this.open.set(requestId, span);
    return traceparentOf(span) ?? newTraceparent();
  }

  /** Ends the trace of an answered request. */
  answered(requestId: string): void {
    this.open.get(requestId)?.end();
    this.open.delete(requestId);
  }

  /** Ends the traces of unanswered requests as failed, and exports the remaining spans. */
  async close(): Promise<void> {
    for (const span of this.open.values()) endFailed(span, new Error('no answer came in time'));
    this.open.clear();
    await this.tracing?.close(LAST_SPANS_MS);
  }
}
