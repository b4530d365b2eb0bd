import { ALERTS } from './alerts';
import { RECORDING_RULES } from './recording-rules';
import { type RuleGroup } from './rule-group';

/** All rules of the lab. */
export const RULE_GROUPS: readonly RuleGroup[] = [RECORDING_RULES, ALERTS];
