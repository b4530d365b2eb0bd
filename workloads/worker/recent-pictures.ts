import { type Picture } from './generator';

/** How much is kept, and how long. */
export interface RecentPicturesOptions {
  /** Bytes of all pictures together. */
  readonly maxBytes: number;
  /** Longest stay of one picture, in milliseconds. */
  readonly maxAgeMs: number;
}

interface Entry {
  readonly picture: Picture;
  readonly sinceMs: number;
}

/** The pictures that were asked for last, in this process; the longest unused one goes first. */
export class RecentPictures {
  // invariant: in the order of their last use
  private readonly entries = new Map<string, Entry>();
  private bytes = 0;

  constructor(private readonly options: RecentPicturesOptions) {}

  /** @returns the picture, or undefined where it was never put, is too old or had to go */
  get(key: string): Picture | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    this.delete(key, entry);
    if (Date.now() - entry.sinceMs >= this.options.maxAgeMs) return undefined;
    this.add(key, entry);
    return entry.picture;
  }

  /** Keeps a picture, unless it alone is too large. */
  put(key: string, picture: Picture): void {
    const { maxBytes } = this.options;
    const known = this.entries.get(key);
    if (known) this.delete(key, known);
    if (picture.bytes.length > maxBytes) return;
    this.add(key, { picture, sinceMs: Date.now() });
    for (const [oldest, entry] of this.entries) {
      if (this.bytes <= maxBytes) return;
      this.delete(oldest, entry);
    }
  }

  private add(key: string, entry: Entry): void {
    this.entries.set(key, entry);
    this.bytes += entry.picture.bytes.length;
  }

  private delete(key: string, entry: Entry): void {
    this.entries.delete(key);
    this.bytes -= entry.picture.bytes.length;
  }
}
