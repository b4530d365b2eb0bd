/** Where a request of this page is on its way. */
export type MemeState = 'sending' | 'queued' | 'making' | 'done' | 'failed' | 'timed-out';

/** What the person asked for. */
export interface RequestOptions {
  readonly prompt: string;
  readonly fastMode: boolean;
  readonly smallImage: boolean;
}

/** One request with what became of it. */
export interface Meme extends RequestOptions {
  readonly id: string;
  /** Session that asked; its inbox gets the answer. */
  readonly session: string;
  /** Milliseconds since 1970; orders the gallery. */
  readonly createdAt: number;
  /** When the present attempt was sent, in milliseconds since 1970. */
  readonly sentAt: number;
  readonly state: MemeState;
  /** Request ids under which it was sent, the present one last; an answer to any of them counts. */
  readonly attempts: readonly string[];
  readonly picture?: Blob;
  readonly error?: string;
  /** Pod that answers. */
  readonly worker?: string;
  /** Taken from the cache, or made for another request at the same moment. */
  readonly cached?: boolean;
  readonly queuedMs?: number;
  readonly generationMs?: number;
}

/** Whether an answer is still to come. */
export function isPending({ state }: Meme): boolean {
  return state === 'sending' || state === 'queued' || state === 'making';
}
