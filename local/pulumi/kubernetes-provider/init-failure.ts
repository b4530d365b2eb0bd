import * as grpc from '@grpc/grpc-js';
import { Any } from 'google-protobuf/google/protobuf/any_pb';
import { Struct } from 'google-protobuf/google/protobuf/struct_pb';
import { ErrorResourceInitFailed } from '@pulumi/pulumi/proto/provider_pb';
import { Status } from '@pulumi/pulumi/proto/status_pb';
import { StatusError } from '../plugin-server';
import type { Properties } from './property-values';

/** What the engine needs to keep an object in the state that exists but is not healthy. */
export interface InitFailure {
  readonly id: string;
  readonly outputs: Properties;
  readonly inputs: Properties;
  readonly reasons: readonly string[];
}

/**
 * The error that says "made, but not ready": the engine records the object as failed to initialise, and
 * the next update goes on from there.
 */
export function initFailure(failure: InitFailure): StatusError {
  const detail = new ErrorResourceInitFailed();
  detail.setId(failure.id);
  detail.setProperties(Struct.fromJavaScript(failure.outputs));
  detail.setInputs(Struct.fromJavaScript(failure.inputs));
  detail.setReasonsList([...failure.reasons]);
  const any = new Any();
  any.pack(detail.serializeBinary(), 'pulumirpc.ErrorResourceInitFailed');

  const message = failure.reasons.join('\n');
  const status = new Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(message);
  status.addDetails(any);
  const metadata = new grpc.Metadata();
  metadata.add('grpc-status-details-bin', Buffer.from(status.serializeBinary()));
  return new StatusError(grpc.status.UNKNOWN, message, metadata);
}
