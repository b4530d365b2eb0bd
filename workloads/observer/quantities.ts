import { quantityToScalar } from '@kubernetes/client-node/dist/util.js';
import { type Requests } from '../protocol/lab-state';
import { type Container, type Pod } from './kube-objects';

/** The number that a Kubernetes quantity such as `250m` or `64Mi` stands for. */
export function quantity(text: string): number {
  return Number(quantityToScalar(text));
}

/** Resources by Kubernetes' names as numbers. */
export function requestsOf(resources: Readonly<Record<string, string>> = {}): Requests {
  const { cpu, memory } = resources;
  return {
    ...(cpu !== undefined && { cpuMillis: Math.round(quantity(cpu) * 1000) }),
    ...(memory !== undefined && { memoryBytes: quantity(memory) }),
  };
}

/** What containers ask for together. */
export function totalRequests(containers: readonly Container[] = []): Requests {
  const all = containers.map(({ resources }) => requestsOf(resources?.requests));
  const sum = (key: keyof Requests) => {
    const values = all.flatMap((each) => each[key] ?? []);
    return values.length === 0 ? {} : { [key]: values.reduce((total, value) => total + value, 0) };
  };
  return { ...sum('cpuMillis'), ...sum('memoryBytes') };
}

/** What a pod has been given, which its spec is not while a resize is refused or under way. */
export function givenRequests({ spec, status }: Pod): Requests {
  const applied = new Map(
    status?.containerStatuses?.map(({ name, resources }) => [name, resources?.requests]),
  );
  return totalRequests(
    spec?.containers?.map((container) => {
      const requests = applied.get(container.name) ?? container.resources?.requests;
      return { ...container, resources: { requests } };
    }),
  );
}

/** Whether two pods ask for the same. */
export function sameRequests(one: Requests, other: Requests): boolean {
  return one.cpuMillis === other.cpuMillis && one.memoryBytes === other.memoryBytes;
}
