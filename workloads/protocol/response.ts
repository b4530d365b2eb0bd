import * as z from 'zod';

/** Where a picture lies that is too large for one message. */
export const imageObjectSchema = z.object({
  /** Object store bucket. */
  bucket: z.string(),
  name: z.string(),
  /** Size in bytes. */
  size: z.number(),
});

/**
 * A finished meme as published on `meme.response`, with the request id as `Nats-Msg-Id`. It carries
 * the picture, or says where the picture lies, or that it went to a private reply subject.
 */
export const memeResponseSchema = z.object({
  request_id: z.string(),
  /** The picture, base64; absent where `image_object` or `private` is there. */
  image_data: z.string().optional(),
  image_object: imageObjectSchema.optional(),
  /** The picture went to the reply subject of the request; this is only the announcement. */
  private: z.boolean().optional(),
  /** Empty in the announcement of a private picture. */
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

/** What a worker says when it begins to make the picture of a request that has an inbox. */
export const memeStartedSchema = z.object({
  request_id: z.string(),
  /** Name of the pod. */
  worker: z.string(),
});

/** See {@link memeStartedSchema}. */
export type MemeStarted = z.infer<typeof memeStartedSchema>;

/** A failure as published on `meme.response.error`, with the request id as `Nats-Msg-Id`. */
export const memeErrorSchema = z.object({
  request_id: z.string(),
  error: z.string(),
  /** The reason went to the reply subject of the request; this is only the announcement. */
  private: z.boolean().optional(),
  /** Unix time in seconds. */
  timestamp: z.number(),
});

/** See {@link memeErrorSchema}. */
export type MemeError = z.infer<typeof memeErrorSchema>;
