import { type NatsConnection } from 'nats';
import { type MemeResponse } from '../../workloads/protocol/response';
import { UserError } from './user-error';

/**
 * The picture of an answer, wherever it is.
 *
 * @returns undefined where it went to a private reply subject
 * @throws UserError where the object store does not have it any more
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
  throw gone(response, 'it is gone; pictures are kept for 15 minutes');
}

function gone(response: MemeResponse, reason: string): UserError {
  const { bucket, name } = response.image_object!;
  return new UserError(
    `picture "${name}" of "${response.request_id}" cannot be read from bucket "${bucket}": ${reason}`,
  );
}
