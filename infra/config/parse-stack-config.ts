import type { Parsed } from '../../charts/core/setting';
import type { SettingGroup } from '../../charts/core/setting-group';
import { tokenSecretName } from '../secrets/token-secret';
import { conflicts } from './conflicts';
import { SETTINGS, type StackConfig } from './settings';

const GROUP: SettingGroup = SETTINGS;

/**
 * Turns what the engine hands over (one string per key, JSON for objects) into settings.
 *
 * @param raw - values by key without the namespace; keys that nobody declared are faults
 * @param encrypted - keys whose values the stack file holds encrypted
 * @throws Error that lists every fault, one per line: key, value got, values allowed, what to do
 */
export function parseStackConfig(
  raw: Readonly<Record<string, string | undefined>>,
  encrypted: readonly string[] = [],
): StackConfig {
  const known = Object.keys(GROUP);
  const faults = Object.keys(raw)
    .filter((key) => !(key in GROUP))
    .map((key) => `"${key}": no such key; remove it, the keys are ${known.join(', ')}`);
  const values: Record<string, unknown> = {};
  for (const key of known) {
    const parsed = GROUP[key]!.parse(raw[key]);
    if (!parsed.ok) faults.push(describeFault(key, raw[key]));
    else if (GROUP[key]!.secret) faults.push(...plainTextFault(key, parsed, encrypted));
    else values[key] = parsed.value;
  }
  // one that is not set is there as undefined, one that is faulty is absent
  faults.push(...conflicts(values as Partial<StackConfig>));
  if (faults.length > 0) {
    throw new Error(
      `the configuration of this stack has ${faults.length} fault(s):\n  ${faults.join('\n  ')}`,
    );
  }
  const set = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.freeze({
    ...(Object.fromEntries(set) as unknown as StackConfig),
    ...(raw.hfApiToken && { tokenSecret: tokenSecretName(raw.hfApiToken) }),
  });
}

function plainTextFault(
  key: string,
  parsed: Parsed<unknown> & { readonly ok: true },
  encrypted: readonly string[],
): string[] {
  if (parsed.value === undefined || encrypted.includes(key)) return [];
  return [
    `"${key}": got plain text, allowed: an encrypted value; revoke the token if the stack file was shared, then: pulumi config set --secret ${key}`,
  ];
}

function describeFault(key: string, value: string | undefined): string {
  const { allowed, example, secret } = GROUP[key]!;
  const got = value === undefined ? 'nothing' : secret ? 'a value that does not fit' : `"${value}"`;
  const setting = example.startsWith('--path') ? example : `${key} ${example}`;
  return `"${key}": got ${got}, allowed: ${allowed}; set it, for example: pulumi config set ${setting}`;
}
