/** Largest picture accepted from a provider, in bytes. */
const MAX_PICTURE_BYTES = 20 * 1024 * 1024;
/** As much of an error as is worth reading. */
const MAX_ERROR_BYTES = 16 * 1024;

/** A provider sends more than any picture has. */
export class TooLargeError extends Error {}

/**
 * A reply of which no more is read than a picture may have, or than an error is worth: the library
 * reads it into memory as a whole.
 */
export function boundedReply(reply: Response): Response {
  if (!reply.body) return reply;
  const body = reply.ok
    ? reply.body.pipeThrough(atMost(MAX_PICTURE_BYTES, fail))
    : reply.body.pipeThrough(atMost(MAX_ERROR_BYTES, cut));
  const { status, statusText, headers } = reply;
  return new Response(body, { status, statusText, headers });
}

type Chunks = TransformStreamDefaultController<Uint8Array>;

function atMost(
  maxBytes: number,
  onExcess: (chunks: Chunks) => void,
): TransformStream<Uint8Array, Uint8Array> {
  let left = maxBytes;
  return new TransformStream({
    transform(chunk, chunks) {
      if (chunk.length > left) {
        chunks.enqueue(chunk.subarray(0, left));
        onExcess(chunks);
      } else chunks.enqueue(chunk);
      left -= Math.min(left, chunk.length);
    },
  });
}

function fail(chunks: Chunks): void {
  chunks.error(new TooLargeError(`more than ${MAX_PICTURE_BYTES} bytes, which is too large`));
}

function cut(chunks: Chunks): void {
  chunks.terminate();
}
