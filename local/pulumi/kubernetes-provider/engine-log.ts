import * as grpc from '@grpc/grpc-js';
import { EngineClient } from '@pulumi/pulumi/proto/engine_grpc_pb';
import { LogRequest, LogSeverity } from '@pulumi/pulumi/proto/engine_pb';

/** Writes messages into the engine's display, beside the resource they belong to. */
export class EngineLog {
  #client?: EngineClient;

  /** Sets the engine's address; until then messages go nowhere. */
  connect(address: string): void {
    this.#client = new EngineClient(address, grpc.credentials.createInsecure());
  }

  /** Shows a line in the resource's status column; the next one replaces it. */
  status(urn: string, message: string): void {
    this.#send(urn, message, LogSeverity.INFO, true);
  }

  /** Adds a warning to the resource's diagnostics. */
  warning(urn: string, message: string): void {
    this.#send(urn, message, LogSeverity.WARNING, false);
  }

  #send(urn: string, message: string, severity: LogSeverity, ephemeral: boolean): void {
    const request = new LogRequest();
    request.setUrn(urn);
    request.setMessage(message);
    request.setSeverity(severity);
    request.setEphemeral(ephemeral);
    // a display that is gone is no reason to fail the deployment, and there is nowhere left to tell
    this.#client?.log(request, () => undefined);
  }
}
