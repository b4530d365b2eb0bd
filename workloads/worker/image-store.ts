import { randomUUID } from 'node:crypto';
import { type NatsConnection } from 'nats';
import { type BucketSpec } from '../protocol/streams';
import { type Picture } from './generator';

/** Where a stored picture lies. */
export interface StoredImage {
  readonly bucket: string;
  readonly name: string;
  readonly size: number;
}

/** Room for the headers and the subject of a chunk. */
const CHUNK_MARGIN = 4096;
const LARGEST_CHUNK = 512 * 1024;

/** Keeps pictures that are too large for one message in an object store. */
export class ImageStore {
  constructor(
    private readonly connection: NatsConnection,
    private readonly bucket: BucketSpec,
  ) {}

  /**
   * Stores a picture under a name that nobody can guess.
   *
   * @throws Error where the bucket is missing or full
   */
  async put(picture: Picture): Promise<StoredImage> {
    const manager = await this.connection.jetstreamManager({ checkAPI: false });
    // the library would create a bucket without bounds where it is missing
    await manager.streams.info(`OBJ_${this.bucket.name}`);
    const store = await this.connection.jetstream({ checkAPI: false }).views.os(this.bucket.name);
    const name = randomUUID();
    const limit = this.connection.info?.max_payload ?? 1024 * 1024;
    const chunk = Math.max(1024, Math.min(LARGEST_CHUNK, limit - CHUNK_MARGIN));
    await store.putBlob(
      { name, metadata: { type: picture.mimeType }, options: { max_chunk_size: chunk } },
      picture.bytes,
    );
    return { bucket: this.bucket.name, name, size: picture.bytes.length };
  }
}
