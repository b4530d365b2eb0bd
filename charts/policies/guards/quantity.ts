const BYTES: Readonly<Record<string, number>> = {
  '': 1,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
};

/**
 * Cores of a quantity as the lab's charts write it, for example `250m` or `1`.
 *
 * @throws where it is neither
 */
export function coreCount(quantity: string): number {
  const [, amount, milli] = parts(quantity, /^(\d+(?:\.\d+)?)(m?)$/, '250m or 1');
  return Number(amount) / (milli === 'm' ? 1000 : 1);
}

/**
 * Bytes of a quantity as the lab's charts or a cluster write it, for example `64Mi` or `2G`.
 *
 * @throws where it is not a number with an optional unit of bytes
 */
export function byteCount(quantity: string): number {
  const [, amount, unit] = parts(quantity, /^(\d+(?:\.\d+)?)([kMGTPE]|[KMGTPE]i|)$/, '64Mi or 1Gi');
  return Number(amount) * BYTES[unit];
}

function parts(quantity: string, pattern: RegExp, example: string): RegExpExecArray {
  const match = pattern.exec(quantity);
  if (match === null)
    throw new Error(`"${quantity}" is no quantity that can be added up; write it like ${example}`);
  return match;
}
