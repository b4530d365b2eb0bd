import { ErrorCode, type NatsError } from 'nats';

/** JetStream's code for a stream that holds as many bytes as it may. */
const MAXIMUM_BYTES_EXCEEDED = 10077;

/**
 * Why a stream did not store a request. The library gives a full stream the same code as no stream.
 *
 * @param error what publishing failed with
 */
export function publishRefusal(error: Error, subject: string): string {
  const { api_error: refusal, code, message } = error as NatsError;
  if (refusal?.err_code === MAXIMUM_BYTES_EXCEEDED) {
    return 'the queue is full; try again when the workers have answered some of it, see "npm run status"';
  }
  if (refusal) return `the stream refused it: ${refusal.description}`;
  if (code === ErrorCode.NoResponders) {
    return `no stream takes the subject "${subject}"; bring the lab up with "npm run up"`;
  }
  return `${message}; check that NATS runs with "npm run status"`;
}
