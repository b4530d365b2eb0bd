import { nanos, StorageType, type NatsConnection } from 'nats';
import { type BucketSpec } from '../protocol/streams';
import { conflictsExplained, differs, orMissing, type EnsureResult } from './ensure-stream';

const STREAM_NOT_FOUND = 10059;

/**
 * Creates an object store bucket or brings it up to date. Objects in it are kept.
 *
 * @param replicas copies of the bucket in a NATS cluster
 * @throws ConflictError where the server refuses the change
 */
export async function ensureBucket(
  connection: NatsConnection,
  spec: BucketSpec,
  replicas: number,
): Promise<EnsureResult> {
  const manager = await connection.jetstreamManager();
  // an object store is a stream with this name
  const stream = `OBJ_${spec.name}`;
  const found = await orMissing(manager.streams.info(stream), STREAM_NOT_FOUND);
  if (!found) {
    await connection.jetstream().views.os(spec.name, {
      description: spec.description,
      storage: StorageType.File,
      ttl: nanos(spec.maxAgeSeconds * 1000),
      max_bytes: spec.maxBytes,
      replicas,
    });
    return 'created';
  }
  const wanted = {
    max_age: nanos(spec.maxAgeSeconds * 1000),
    max_bytes: spec.maxBytes,
    num_replicas: replicas,
  };
  if (!differs(found.config, wanted)) return 'unchanged';
  await conflictsExplained(
    `bucket "${spec.name}"`,
    manager.streams.update(stream, { ...found.config, ...wanted }),
  );
  return 'updated';
}
