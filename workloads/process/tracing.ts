import {
  isSpanContextValid,
  ROOT_CONTEXT,
  type Context,
  type Span,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { formatTraceparent, parseTraceparent } from '../protocol/trace-context';
import { url } from './setting';
import { sleep } from './sleep';
import { type TraceExportOptions } from './trace-export';

/** Where traces go; every program that makes spans has this setting. */
export const OTLP_ENDPOINT_SETTING = {
  flag: '--otlp-endpoint',
  env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
  description:
    'OTLP/HTTP receiver of traces, like http://collector:4318; without one none are made',
  parse: url('http', 'https'),
} as const;

/** Which spans are made. Without an endpoint there are none, and nothing that makes them is loaded. */
export type TracingOptions = Omit<TraceExportOptions, 'endpoint'> &
  Partial<Pick<TraceExportOptions, 'endpoint'>>;

/** Spans on their way out. */
export interface Tracing {
  /** Exports what is left; gives up after some time, in milliseconds. */
  close(patienceMs: number): Promise<void>;
}

/** Starts to export spans, where there is an endpoint. */
export async function startTracing(options: TracingOptions): Promise<Tracing | undefined> {
  const { endpoint, onFault } = options;
  if (endpoint === undefined) return undefined;
  const { exportTraces } = await import('./trace-export.ts');
  const provider = exportTraces({ ...options, endpoint });
  return {
    close: async (patienceMs) => {
      const closed = new AbortController();
      const flushed = provider.shutdown().then(
        () => undefined,
        (error: Error) => error.message,
      );
      const late = sleep(patienceMs, closed.signal).then(() => `not done in ${patienceMs} ms`);
      const fault = await Promise.race([flushed, late]);
      closed.abort();
      if (fault !== undefined) onFault(`the last spans are lost: ${fault}`);
    },
  };
}

/** The context that a message brings; the root where it brings none. */
export function contextOf(traceparent: string | undefined): Context {
  const parent = parseTraceparent(traceparent);
  return parent ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }) : ROOT_CONTEXT;
}

/** The value of the header `traceparent` below a span; undefined where nobody made the span. */
export function traceparentOf(span: Span): string | undefined {
  const context = span.spanContext();
  return isSpanContextValid(context) ? formatTraceparent(context) : undefined;
}

/** Ends a span with the error that ended its work. */
export function endFailed(span: Span, error: Error): void {
  span.recordException(error);
  span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
  span.end();
}
