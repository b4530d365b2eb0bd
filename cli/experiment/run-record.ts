import * as z from 'zod';
import { LOAD_PROFILE_NAMES } from '../../workloads/protocol/load-profile';
import { measuredSettingsSchema } from '../../workloads/protocol/measured-settings';
import { SCALING_MODES } from '../../workloads/protocol/scaling-mode';

/** The lab at one moment of a run. */
export const sampleSchema = z.object({
  /** Seconds from the start of the load; negative before it. */
  t: z.number(),
  /** Requests that no worker has taken. */
  pending: z.number(),
  /** Requests that workers have taken and not yet settled. */
  inFlight: z.number(),
  /** Replicas that the Deployment is to have. */
  wanted: z.number(),
  /** Pods that are there and not being deleted. */
  pods: z.number(),
  /** Pods that take requests. */
  ready: z.number(),
  /** Autoscalers that say they cannot scale, as `name: reason`. */
  stuck: z.array(z.string()),
});

/** See {@link sampleSchema}. */
export type Sample = z.infer<typeof sampleSchema>;

/** One request of a run. Moments are seconds from the start of the load, times are milliseconds. */
export const requestSchema = z.object({
  id: z.string(),
  due: z.number(),
  /** Why the stream did not take it. */
  refused: z.string().optional(),
  answered: z.number().optional(),
  totalMs: z.number().optional(),
  ackMs: z.number().optional(),
  queuedMs: z.number().optional(),
  generationMs: z.number().optional(),
  replyMs: z.number().optional(),
  cached: z.boolean().optional(),
  worker: z.string().optional(),
  error: z.string().optional(),
  /** Answers, the first included. */
  answers: z.number(),
});

/** See {@link requestSchema}. */
export type RunRequest = z.infer<typeof requestSchema>;

/** What stays the same over the runs of an experiment. */
export const setupSchema = z.object({
  profile: z.enum(LOAD_PROFILE_NAMES),
  repeats: z.number(),
  modes: z.array(z.enum(SCALING_MODES)),
  /** An answer within so many seconds counts as good. */
  sloSeconds: z.number(),
  /** A run whose answers take longer than this after the last request is given up. */
  giveUpSeconds: z.number(),
  settings: measuredSettingsSchema,
  machine: z.object({ cpus: z.number(), model: z.string(), memoryGiB: z.number() }),
  kubernetes: z.string(),
  commit: z.string(),
  command: z.string(),
});

/** See {@link setupSchema}. */
export type Setup = z.infer<typeof setupSchema>;

/** Everything that was recorded of one run. */
export interface RunRecord {
  readonly mode: (typeof SCALING_MODES)[number];
  /** From 1. */
  readonly repeat: number;
  /** Unix time of the start of the load, in milliseconds. */
  readonly startedAt: number;
  readonly samples: readonly Sample[];
  readonly requests: readonly RunRequest[];
  /** Seconds that the load waited after the lab had come to rest; absent in results of older versions. */
  readonly offsetSeconds?: number;
  /** Whether it was the first run after the scaling mode was switched; absent like the offset. */
  readonly afterSwitch?: boolean;
  /** Deliveries beyond the first of each request. */
  readonly redeliveries: number;
  /** Requests in the queue when the run was given up; 0 for a run that came to its end. */
  readonly leftOver: number;
}
