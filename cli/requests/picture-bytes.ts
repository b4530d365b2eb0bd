import { type NatsConnection } from 'nats';
import { type MemeResponse } from '../../workloads/protocol/response';
import { UserError } from './user-error';

/**
 * The picture of an answer, from the answer itself or from the object store.
 *
 * @returns undefined if it was sent to a private reply subject
 * @throws UserError if the object store no longer has it
 */
export async function pictureBytes(
  connection: NatsConnection,
  response: MemeResponse,
): Promise<Buffer | undefined> {
  if (response.private) return undefined;
  const { image_data: data, image_object: object } = response;
  if (!object) return Buffer.from(data ?? '', 'base64');
  try {
    const store = await connection.jetstream({ checkAPI: false }).views.os(object.bucket);
    const bytes = await store.getBlob(object.name);
    if (bytes) return Buffer.from(bytes);
  } catch (error) {
    throw gone(response, (error as Error).message);
  }
  throw gone(response, 'it has expired; pictures are kept for 15 minutes');
}

function gone(response: MemeResponse, reason: string): UserError {
  const { bucket, name } = response.image_object!;
  return new UserError(
    `picture "${name}" of "${response.request_id}" cannot be read from bucket "${bucket}": ${reason}`,
  );
}
