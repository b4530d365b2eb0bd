import { LRUCache } from 'lru-cache';
import { type Picture } from './generator';

/** How much is kept, and how long. */
export interface RecentPicturesOptions {
  /** Bytes of all pictures together. */
  readonly maxBytes: number;
  /** Longest stay of one picture, in milliseconds. */
  readonly maxAgeMs: number;
}

/** The pictures used last in this process; the one unused for the longest time is dropped first. */
export function recentPictures({
  maxBytes,
  maxAgeMs,
}: RecentPicturesOptions): LRUCache<string, Picture> {
  return new LRUCache({
    maxSize: maxBytes,
    sizeCalculation: ({ bytes }) => Math.max(1, bytes.length),
    ttl: maxAgeMs,
    // looked up at each use, not when the library is loaded
    perf: { now: () => performance.now() },
  });
}
