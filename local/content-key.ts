import { createHash } from 'node:crypto';

/** Digits of a content key. */
export const KEY_LENGTH = 12;

/** A short hash of content: 12 hexadecimal digits of the SHA-256 over the parts and their lengths. */
export function contentKey(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex').slice(0, KEY_LENGTH);
}

/** Whether a text looks like a content key. */
export function isContentKey(text: string): boolean {
  return text.length === KEY_LENGTH && /^[0-9a-f]+$/.test(text);
}
