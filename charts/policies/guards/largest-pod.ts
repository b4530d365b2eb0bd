import { type LabGraph } from '../rules/lab-graph';
import { type RenderedContainer } from '../rules/pod-template';
import {
  policyOf,
  sizedResources,
  type VerticalScaler,
  verticalScalersOf,
} from '../rules/vertical-scaler';
import { type OwnWorkload } from './own-workloads';
import { byteCount, coreCount } from './quantity';

const COUNT = { cpu: coreCount, memory: byteCount } as const;

/** Cores of CPU, or bytes of memory; 0 where nothing is said. */
export interface LargestPod {
  readonly requests: number;
  readonly limits: number;
}

/**
 * What a pod of a workload may come to in one resource: what its containers declare, or, where a
 * VerticalPodAutoscaler sets it, the most that it allows.
 *
 * @throws where it allows any amount
 */
export function largestPod(
  graph: LabGraph,
  { object, name, namespace, containers }: OwnWorkload,
  resource: keyof typeof COUNT,
): LargestPod {
  const scaler = verticalScalersOf(graph).find(
    ({ target }) =>
      target.kind === object.manifest.kind &&
      target.name === name &&
      target.namespace === namespace,
  );
  const all = containers.map((container) => largestContainer(container, resource, scaler));
  return {
    requests: all.reduce((sum, { requests }) => sum + requests, 0),
    limits: all.reduce((sum, { limits }) => sum + limits, 0),
  };
}

function largestContainer(
  { name, resources }: RenderedContainer,
  resource: keyof typeof COUNT,
  scaler: VerticalScaler | undefined,
): LargestPod {
  const declared = (text: string | undefined) => (text === undefined ? 0 : COUNT[resource](text));
  const requests = declared(resources?.requests?.[resource]);
  const limits = declared(resources?.limits?.[resource]);
  const policy = scaler && policyOf(scaler, name);
  if (policy === undefined || !sizedResources(policy).includes(resource))
    return { requests, limits };
  const allowed = policy.maxAllowed?.[resource];
  if (allowed === undefined) {
    throw new Error(
      `VerticalPodAutoscaler "${scaler?.object.manifest.metadata.name}" has no "maxAllowed.${resource}" ` +
        `for container "${name}", so no quota can have room for it; give it one, or set "resourceQuotas" to false`,
    );
  }
  const most = Math.max(requests, COUNT[resource](allowed));
  // the requests are there: the rule of requests on containers holds for every workload of the lab
  const proportion = policy.controlledValues === 'RequestsOnly' ? 1 : most / requests;
  return { requests: most, limits: limits * proportion };
}
