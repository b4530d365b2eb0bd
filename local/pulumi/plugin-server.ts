import * as grpc from '@grpc/grpc-js';
import { exitWithParent } from './exit-with-parent';

/** One unary gRPC method as a promise: the request in, the response out, a thrown error as the status. */
export type UnaryMethod<Request, Response> = (
  request: Request,
  signal: AbortSignal,
) => Promise<Response>;

/** An error that carries the gRPC status the engine shall see. */
export class StatusError extends Error {
  constructor(
    readonly code: grpc.status,
    message: string,
    readonly metadata: grpc.Metadata = new grpc.Metadata(),
  ) {
    super(message);
    this.name = 'StatusError';
  }
}

/** Wraps a promise method into the callback form that grpc-js serves. */
export function unary<Request, Response>(
  method: UnaryMethod<Request, Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const abort = new AbortController();
    call.on('cancelled', () => abort.abort());
    method(call.request, abort.signal).then(
      (response) => callback(null, response),
      (error: unknown) => callback(toServiceError(error)),
    );
  };
}

function toServiceError(error: unknown): grpc.ServerErrorResponse {
  if (error instanceof StatusError) {
    return Object.assign(new Error(error.message), {
      code: error.code,
      details: error.message,
      metadata: error.metadata,
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  return Object.assign(new Error(message), { code: grpc.status.UNKNOWN, details: message });
}

/**
 * Serves one plugin: binds a free port on 127.0.0.1 and prints it as the first line of stdout, which
 * is how the engine finds it. Methods without an implementation answer UNIMPLEMENTED, and the
 * engine falls back to its defaults for them.
 */
export async function servePlugin(
  definition: grpc.ServiceDefinition,
  implementation: Record<string, grpc.UntypedHandleCall>,
): Promise<void> {
  const server = new grpc.Server({
    // a resource comes three times in one update (old inputs, old outputs, new inputs), and one
    // CustomResourceDefinition alone may be larger than half a megabyte
    'grpc.max_receive_message_length': 400 * 1024 * 1024,
    'grpc.max_send_message_length': 400 * 1024 * 1024,
  });
  const missing = Object.keys(definition).filter((name) => !(name in implementation));
  const refused = missing.map((name) => [name, unimplemented(name)] as const);
  server.addService(definition, { ...implementation, ...Object.fromEntries(refused) });

  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  process.stdout.write(`${port}\n`);
  exitWithParent();
}

function unimplemented(name: string): grpc.UntypedHandleCall {
  return unary(async () => {
    throw new StatusError(grpc.status.UNIMPLEMENTED, `method "${name}" is not implemented`);
  });
}

/** The engine's address, which is the last argument that is not a flag. */
export function engineAddress(argv: readonly string[]): string | undefined {
  return argv.filter((argument) => !argument.startsWith('-')).at(-1);
}
