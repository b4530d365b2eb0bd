import * as z from 'zod';

/** A finished meme as published on `meme.response`, with the request id as `Nats-Msg-Id`. */
export const memeResponseSchema = z.object({
  request_id: z.string(),
  /** The picture, base64. */
  image_data: z.string(),
  prompt: z.string(),
  /** Unix time in seconds. */
  timestamp: z.number(),
  mime_type: z.string().optional(),
  /** Taken from the cache, or made for another request at the same moment. */
  cached: z.boolean().optional(),
  /** Name of the pod that answered. */
  worker: z.string().optional(),
  /** From the publication of the request to the start of its work, in milliseconds. */
  queued_ms: z.number().optional(),
  /** From the start of its work to the finished picture, in milliseconds. */
  generation_ms: z.number().optional(),
});

/** See {@link memeResponseSchema}. */
export type MemeResponse = z.infer<typeof memeResponseSchema>;

/** A failure as published on `meme.response.error`, with the request id as `Nats-Msg-Id`. */
export const memeErrorSchema = z.object({
  request_id: z.string(),
  error: z.string(),
  /** Unix time in seconds. */
  timestamp: z.number(),
});

/** See {@link memeErrorSchema}. */
export type MemeError = z.infer<typeof memeErrorSchema>;
