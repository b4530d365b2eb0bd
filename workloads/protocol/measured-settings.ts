import * as z from 'zod';

/** The settings of a stack that the figures of an experiment depend on; units and bounds are those of `Pulumi.yaml`. */
export const measuredSettingsSchema = z.object({
  minReplicas: z.number(),
  maxReplicas: z.number(),
  lagThreshold: z.number(),
  // results from before it was written down are of its default
  activationLagThreshold: z.number().default(0),
  pollingInterval: z.number(),
  cooldownPeriod: z.number(),
  drainTarget: z.number(),
  workerConcurrency: z.number(),
  workerSecondsPerMeme: z.number(),
});
