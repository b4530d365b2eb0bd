import { createHash } from 'node:crypto';

const HASH_LENGTH = 10;

/**
 * Ten hex digits that change with the content: for the name of an object whose change nobody would
 * notice (a mounted ConfigMap), or for an annotation that stands for what is not in the manifest.
 *
 * @param content a text, or plain data; the order of its keys does not matter
 */
export function contentHash(content: unknown): string {
  return createHash('sha256').update(canonical(content)).digest('hex').slice(0, HASH_LENGTH);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) =>
    typeof entry === 'object' && entry !== null && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)))
      : entry,
  );
}
