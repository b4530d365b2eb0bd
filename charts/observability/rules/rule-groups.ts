import { SELECTORS } from '../selectors';
import { alerts } from './alerts';
import { RECORDING_RULES } from './recording-rules';
import { type RuleGroup } from './rule-group';

/** All rules of the lab, for its own Prometheus: each target there is the lab's, and some have no namespace. */
export const RULE_GROUPS: readonly RuleGroup[] = [RECORDING_RULES, alerts('up')];

/** The same for a Prometheus of the cluster, which scrapes what is not the lab's too. */
export const SHARED_RULE_GROUPS: readonly RuleGroup[] = [
  RECORDING_RULES,
  alerts(`up{${SELECTORS.lab}}`),
];
