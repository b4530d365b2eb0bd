import { type LoadProfile } from '../../../../workloads/protocol/load-profile';
import { loadOf, type Load } from '../../../../cli/simulator/load';

/** So many requests at once. */
export function burst(requests: number): Load {
  return loadOf(profileOf([{ kind: 'burst', requests }]));
}

/** A profile of the given stages, nothing of it repeated. */
export function profileOf(stages: LoadProfile['stages']): LoadProfile {
  return { name: 'test', description: 'test', stages, clients: 1, repeatShare: 0 };
}
