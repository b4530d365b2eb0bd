import { type LabGraph } from './lab-graph';
import { numberFromEnv, ownPodTemplates, type PodTemplate } from './pod-template';
import { type RuleViolation } from './rule';

// Kubernetes' own, where the pod says nothing
const DEFAULT_GRACE_SECONDS = 30;

/** A pod is given longer to stop than it takes, and takes longer than its longest piece of work. */
export function graceExceedsShutdown(graph: LabGraph): RuleViolation[] {
  return ownPodTemplates(graph).flatMap((template) => [
    ...killedBeforeItStops(template),
    ...stopsBeforeItsWorkIsDone(template),
  ]);
}

function killedBeforeItStops(template: PodTemplate): RuleViolation[] {
  const { terminationGracePeriodSeconds: grace = DEFAULT_GRACE_SECONDS } = template.spec;
  const shutdown = numberFromEnv(template, 'SHUTDOWN_GRACE_SECONDS');
  if (shutdown === undefined || grace > shutdown) return [];
  const message =
    `"terminationGracePeriodSeconds" is ${grace} and SHUTDOWN_GRACE_SECONDS is ${shutdown}; ` +
    'the pod would be killed while it finishes its work: give the pod longer';
  return [{ path: template.object.path, message }];
}

function stopsBeforeItsWorkIsDone(template: PodTemplate): RuleViolation[] {
  const shutdown = numberFromEnv(template, 'SHUTDOWN_GRACE_SECONDS');
  const longest = numberFromEnv(template, 'LOCAL_GENERATOR_SECONDS');
  if (shutdown === undefined || longest === undefined || shutdown > longest) return [];
  const message =
    `SHUTDOWN_GRACE_SECONDS is ${shutdown} and one meme takes at least ${longest} seconds; ` +
    'no meme would be finished on a scale-down: raise SHUTDOWN_GRACE_SECONDS';
  return [{ path: template.object.path, message }];
}
