import { type LabGraph } from './lab-graph';
import { ownPodTemplates } from './pod-template';
import { type RuleViolation } from './rule';

/** Every container of ours requests CPU and memory: without them an HPA has nothing to divide by. */
export function requestsOnContainers(graph: LabGraph): RuleViolation[] {
  return ownPodTemplates(graph).flatMap(({ object, containers }) =>
    containers.flatMap(({ name, resources }) =>
      ['cpu', 'memory']
        .filter((resource) => resources?.requests?.[resource] === undefined)
        .map((resource) => ({
          path: object.path,
          message: `container "${name}" has no "resources.requests.${resource}"; state what it needs`,
        })),
    ),
  );
}
