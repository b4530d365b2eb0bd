import { type MemeRequest } from '../protocol/request';

/** A finished picture. */
export interface Picture {
  readonly bytes: Buffer;
  readonly mimeType: string;
}

/** Makes pictures from prompts. */
export interface Generator {
  /**
   * Names what the picture depends on besides the prompt and the size: pictures with the same name,
   * size and prompt are interchangeable.
   */
  variant(request: MemeRequest): string;

  /**
   * Makes one picture.
   *
   * @throws GeneratorError where it fails; the signal's reason where it is aborted
   */
  generate(request: MemeRequest, signal: AbortSignal): Promise<Picture>;
}

/** This process cannot make any picture, for example because a library does not load. */
export class CannotDrawError extends Error {}

/** A failed attempt to make a picture. */
export class GeneratorError extends Error {
  /** Whether the same request may work later. */
  readonly retryable: boolean;
  /** Least time until the next attempt, in milliseconds, where the other side named one. */
  readonly retryAfterMs?: number;
  /** Whether the other side did not work at all; false where it answered and said no. */
  readonly isDown: boolean;

  constructor(
    message: string,
    options: { retryable: boolean; retryAfterMs?: number; isDown?: boolean; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.name = 'GeneratorError';
    this.retryable = options.retryable;
    this.retryAfterMs = options.retryAfterMs;
    this.isDown = options.isDown ?? false;
  }
}

/** Edge length of the picture a request asks for, in pixels. */
export function pictureSize(request: MemeRequest): 512 | 1024 {
  return request.small_image ? 512 : 1024;
}
