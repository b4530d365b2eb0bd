import * as z from 'zod';
import { LOAD_PROFILE_NAMES } from './load-profile';

/** Core NATS subjects of the load generator that waits for start requests. */
export const LOAD_SUBJECTS = {
  /** Request {@link loadStartSchema}, reply {@link loadReplySchema}. */
  start: 'lab.load.start',
  /** Empty request, reply {@link loadReplySchema}: nothing more is sent, what is sent is awaited. */
  stop: 'lab.load.stop',
  /** Empty request, reply {@link loadReplySchema}. */
  get: 'lab.load.get',
  /** {@link loadStateSchema}: at each change, and once a second while a load runs. */
  state: 'lab.load.state',
} as const;

/** What takes the load: the queue, the front end's pages, or both by sessions of browsers. */
export const LOAD_TARGETS = ['memes', 'http', 'websocket'] as const;

/** One of {@link LOAD_TARGETS}. */
export type LoadTarget = (typeof LOAD_TARGETS)[number];

/** Asks for a load. One runs at a time, and the generator refuses what is over its limits. */
export const loadStartSchema = z.strictObject({
  profile: z.enum(LOAD_PROFILE_NAMES),
  target: z.enum(LOAD_TARGETS).default('memes'),
});

/** See {@link loadStartSchema}. */
export type LoadStart = z.infer<typeof loadStartSchema>;

/** One run, while it goes on and after it. */
export const loadRunSchema = z.object({
  id: z.string(),
  profile: z.enum(LOAD_PROFILE_NAMES),
  target: z.enum(LOAD_TARGETS),
  /** `sending`, then `draining` until everything is answered, then how it ended. */
  phase: z.enum(['sending', 'draining', 'done', 'stopped', 'failed']),
  /** Why it failed. */
  error: z.string().optional(),
  /** Unix time in milliseconds. */
  startedAt: z.number(),
  /** Unix time in milliseconds; absent while it goes on. */
  endedAt: z.number().optional(),
  /** Requests that the profile makes. */
  planned: z.number(),
  /** Seconds over which it makes them; 0 for a burst. */
  seconds: z.number(),
  /** Requests sent so far. */
  sent: z.number(),
  /** Requests that the queue, or the front end, did not take. */
  refused: z.number(),
  /** Requests answered with a picture, or with a page. */
  answered: z.number(),
  /** Requests answered with an error. */
  failed: z.number(),
  /** Answers that came from the cache. */
  cached: z.number(),
  /** Answers beyond the first one for a request. */
  duplicates: z.number(),
  /** Time from sending to answer, in milliseconds; absent before the first answer. */
  p50Ms: z.number().optional(),
  p95Ms: z.number().optional(),
  p99Ms: z.number().optional(),
});

/** See {@link loadRunSchema}. */
export type LoadRun = z.infer<typeof loadRunSchema>;

/** A profile that may be asked for. */
export const loadOfferSchema = z.object({
  name: z.enum(LOAD_PROFILE_NAMES),
  description: z.string(),
  requests: z.number(),
  seconds: z.number(),
});

/** What the load generator does now. */
export const loadStateSchema = z.object({
  /** Unix time in milliseconds. */
  time: z.number(),
  running: z.boolean(),
  /** The run that goes on, otherwise the last one; absent before the first. */
  run: loadRunSchema.optional(),
  /** Profiles within the generator's limits. */
  offers: z.array(loadOfferSchema),
});

/** See {@link loadStateSchema}. */
export type LoadState = z.infer<typeof loadStateSchema>;

/** Answer to every request: the state after it, or why it was refused. */
export const loadReplySchema = z.union([
  z.object({ ok: z.literal(true), state: loadStateSchema }),
  z.object({ ok: z.literal(false), error: z.string(), state: loadStateSchema }),
]);

/** See {@link loadReplySchema}. */
export type LoadReply = z.infer<typeof loadReplySchema>;
