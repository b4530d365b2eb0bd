/** Rules that an object may be excepted from; every other rule holds without exception. */
export const EXCEPTABLE_RULES = ['one-scaler-per-target'] as const;

/** One of {@link EXCEPTABLE_RULES}. */
export type ExceptableRule = (typeof EXCEPTABLE_RULES)[number];

const PREFIX = 'autoscaling-lab/exception.';

/**
 * The annotation that excepts an object from a rule. It stays on the object in the cluster, so that
 * whoever finds it there reads why.
 *
 * @param reason why the rule does not hold here, in a sentence
 * @throws where the reason is empty
 */
export function ruleException(rule: ExceptableRule, reason: string): Record<string, string> {
  if (reason.trim() === '') {
    throw new Error(`"reason" is empty; say why the rule "${rule}" does not hold here`);
  }
  return { [`${PREFIX}${rule}`]: reason };
}

/** Whether an object with these annotations is excepted from a rule. */
export function isExcepted(
  rule: ExceptableRule,
  annotations: Readonly<Record<string, string>> | undefined,
): boolean {
  return annotations?.[`${PREFIX}${rule}`] !== undefined;
}
