import * as z from 'zod';
import { REPLY_PREFIXES } from './subjects';

/** Longest prompt accepted, in characters (UTF-16 code units). */
export const MAX_PROMPT_LENGTH = 2000;

/** Largest request that is parsed, in bytes; a larger one is answered with an error. */
export const MAX_REQUEST_BYTES = 256 * 1024;

/** Longest request id accepted: it becomes a NATS header and part of a Redis key. */
export const MAX_REQUEST_ID_LENGTH = 128;

/** A request id: printable ASCII without spaces, because it travels in a NATS header. */
export const requestIdSchema = z
  .string()
  .min(1)
  .max(MAX_REQUEST_ID_LENGTH)
  .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces');

/** Longest private reply subject and client id accepted, in characters. */
export const MAX_NAME_LENGTH = 200;

/** A subject for a private reply: nobody may have the worker publish on any other subject. */
export const replySubjectSchema = z
  .string()
  .max(MAX_NAME_LENGTH)
  .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces')
  .refine((subject) => /^[^.*>]+(\.[^.*>]+)*$/.test(subject), 'must be a subject without wildcards')
  .refine(
    (subject) => REPLY_PREFIXES.some((prefix) => subject.startsWith(prefix)),
    `must start with one of ${REPLY_PREFIXES.join(', ')}`,
  );

/**
 * A meme request as published on `meme.request`. Unknown fields are ignored, so that clients may
 * send hints for other generators. Without an `id` the worker derives one from the message.
 */
export const memeRequestSchema = z.object({
  id: requestIdSchema.optional(),
  prompt: z
    .string()
    .max(MAX_PROMPT_LENGTH)
    .refine((prompt) => prompt.trim() !== '', 'must not be empty'),
  fast_mode: z.boolean().default(false),
  small_image: z.boolean().default(false),
  /** Where the picture goes instead of to everyone. */
  reply_to: replySubjectSchema.optional(),
  /** Who asks, for the limit on requests per minute; requests without it share one limit. */
  client_id: z
    .string()
    .min(1)
    .max(MAX_NAME_LENGTH)
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces')
    .optional(),
});

/** A request after parsing: every default is filled in. */
export type MemeRequest = z.infer<typeof memeRequestSchema>;
