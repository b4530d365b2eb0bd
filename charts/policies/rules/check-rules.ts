import { type LabChart } from '../../core/lab-chart';
import { ackPendingCoversWorkers } from './ack-pending-covers-workers';
import { consumerBeforeScaler } from './consumer-before-scaler';
import { cooldownExceedsAckWait } from './cooldown-exceeds-ack-wait';
import { customResourceAfterOperator } from './custom-resource-after-operator';
import { graceExceedsShutdown } from './grace-exceeds-shutdown';
import { immutableImageTag } from './immutable-image-tag';
import { LabGraph } from './lab-graph';
import { namespaceBeforeObject } from './namespace-before-object';
import { needsDeclared } from './needs-declared';
import { noReplicasOnScaledTarget } from './no-replicas-on-scaled-target';
import { oneObjectPerName } from './one-object-per-name';
import { oneScalerPerTarget } from './one-scaler-per-target';
import { replicasSpread } from './replicas-spread';
import { requestsOnContainers } from './requests-on-containers';
import { restrictedSecurity } from './restricted-security';
import { type Rule } from './rule';
import { scalerHasTarget } from './scaler-has-target';
import { scalerNameFits } from './scaler-name-fits';
import { verticalAndHorizontalDisjoint } from './vertical-and-horizontal-disjoint';

const RULES: readonly Rule[] = [
  oneObjectPerName,
  namespaceBeforeObject,
  customResourceAfterOperator,
  needsDeclared,
  scalerHasTarget,
  scalerNameFits,
  oneScalerPerTarget,
  verticalAndHorizontalDisjoint,
  noReplicasOnScaledTarget,
  consumerBeforeScaler,
  cooldownExceedsAckWait,
  ackPendingCoversWorkers,
  graceExceedsShutdown,
  requestsOnContainers,
  replicasSpread,
  restrictedSecurity,
  immutableImageTag,
];

/**
 * Checks the rules that span the whole lab.
 *
 * @param charts all charts of the lab
 * @throws one error that lists every violation with the construct's path and the way out
 */
export function checkRules(charts: readonly LabChart[]): void {
  const graph = new LabGraph(charts);
  const violations = RULES.flatMap((rule) => rule(graph));
  if (violations.length === 0) return;
  const list = violations.map(({ path, message }) => `- ${path}: ${message}`);
  throw new Error(
    [`the charts break ${violations.length} of the lab's rules:`, ...list].join('\n'),
  );
}
