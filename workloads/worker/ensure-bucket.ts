import { DiscardPolicy, nanos, StorageType, type NatsConnection } from 'nats';
import { type BucketSpec } from '../protocol/streams';
import {
  conflictsExplained,
  differs,
  orMissing,
  STREAM_NOT_FOUND,
  type EnsureResult,
} from './ensure-stream';

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
  const wanted = {
    name: stream,
    description: spec.description,
    subjects: [`$O.${spec.name}.C.>`, `$O.${spec.name}.M.>`],
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    allow_rollup_hdrs: true,
    allow_direct: true,
    max_age: nanos(spec.maxAgeSeconds * 1000),
    max_bytes: spec.maxBytes,
    num_replicas: replicas,
  };
  if (!found) {
    // the library's own way to create a bucket sends a field that the server refuses
    await manager.streams.add(wanted);
    return 'created';
  }
  if (!differs(found.config, wanted)) return 'unchanged';
  await conflictsExplained(
    `bucket "${spec.name}"`,
    manager.streams.update(stream, { ...found.config, ...wanted }),
  );
  return 'updated';
}
