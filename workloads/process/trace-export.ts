import { diag, DiagLogLevel, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  BatchSpanProcessor,
  type NodeTracerConfig,
  NodeTracerProvider,
} from '@opentelemetry/sdk-trace-node';

type Resource = NonNullable<NodeTracerConfig['resource']>;

/** Which spans are exported, and where to. */
export interface TraceExportOptions {
  /** OTLP/HTTP receiver, without `/v1/traces`. */
  readonly endpoint: string;
  /** Name of the program. */
  readonly service: string;
  /** Name of this process among those of the program. */
  readonly instance: string;
  /** Called with what keeps spans from being exported. */
  readonly onFault: (fault: string) => void;
}

/** Exports the spans of this process. Loaded only where there is an endpoint: it is large. */
export function exportTraces(options: TraceExportOptions): NodeTracerProvider {
  const { endpoint, service, instance, onFault } = options;
  const silent = () => undefined;
  const levels = { info: silent, debug: silent, verbose: silent };
  const logger = { error: onFault, warn: onFault, ...levels };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` });
  const provider = new NodeTracerProvider({
    resource: describe({ 'service.name': service, 'service.instance.id': instance }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  // contexts are handed on by hand, so nothing has to follow asynchronous calls
  trace.setGlobalTracerProvider(provider);
  return provider;
}

function describe(attributes: Resource['attributes']): Resource {
  return {
    attributes,
    getRawAttributes: () => Object.entries(attributes),
    merge: (other) => describe({ ...attributes, ...other?.attributes }),
  };
}
