import { conditionOf, describeCondition, ready, type ReadinessCheck } from './readiness';

/** A check for kinds that say with one condition that they are ready. */
export function conditionReadiness(type: string): ReadinessCheck {
  return async (live) => {
    const condition = conditionOf(live, type);
    if (condition?.status === 'True') return ready(`${live.kind} is ${type}`);
    const told = condition === undefined ? [] : [describeCondition(condition)];
    return {
      ready: false,
      status: `waiting for condition ${type}`,
      reasons: told.length > 0 ? told : [`condition "${type}" was not reported`],
    };
  };
}

/** Sees that a definition's names are taken, and that its kind is served. */
export const establishedReadiness = conditionReadiness('Established');

/** Sees that the aggregated API's own server answers. */
export const availableReadiness = conditionReadiness('Available');
