import type { KubeObject, ManagedFields } from './kube-object';
import { parsePath } from './property-path';
import {
  isRecord,
  removeAt,
  replaceAt,
  sameValue,
  valueAt,
  type PathStep,
  type Value,
} from './property-values';

/**
 * Prepares an update whose user ignores some fields. A field that another manager owns is left out, so
 * that it stays as the other set it; a field that only this resource owns keeps its live value, because
 * leaving it out would remove it.
 *
 * @param ignored property paths as Pulumi writes them; a path with `*` is not supported and is skipped
 */
export function yieldIgnoredFields(
  object: KubeObject,
  live: KubeObject,
  ignored: readonly string[],
  manager: string,
): KubeObject {
  let result = object as unknown as Value;
  for (const text of ignored) {
    if (text.includes('*')) continue;
    const path = parsePath(text);
    const current = valueAt(live, path);
    const owners = ownersOf(live, path).filter((owner) => owner !== manager);
    if (owners.length > 0 || current === undefined) result = removeAt(result, path);
    else result = replaceAt(result, path, () => current as Value);
  }
  return result as unknown as KubeObject;
}

/** The managers that own a field, or anything below it, of a live object. */
export function ownersOf(live: KubeObject, path: readonly PathStep[]): string[] {
  const entries = live.metadata.managedFields ?? [];
  return entries.filter((entry) => owns(entry, live, path)).map((entry) => entry.manager ?? '');
}

function owns(entry: ManagedFields, live: KubeObject, path: readonly PathStep[]): boolean {
  let fields: unknown = entry.fieldsV1;
  let value: unknown = live;
  for (const step of path) {
    if (!isRecord(fields)) return false;
    value = valueAt(value, [step]);
    const key = typeof step === 'string' ? `f:${step}` : itemKey(fields, step, value);
    if (key === undefined || !(key in fields)) return false;
    fields = fields[key];
  }
  return true;
}

/** Items of lists are named by their key fields (`k:{"name":"a"}`), by value or by index. */
function itemKey(
  fields: Record<string, unknown>,
  index: number,
  item: unknown,
): string | undefined {
  return Object.keys(fields).find((key) => {
    if (key === `i:${index}`) return true;
    if (key.startsWith('v:')) return sameValue(JSON.parse(key.slice(2)), item);
    if (!key.startsWith('k:') || !isRecord(item)) return false;
    const names = JSON.parse(key.slice(2)) as Record<string, unknown>;
    return Object.entries(names).every(([name, value]) => sameValue(item[name], value));
  });
}
