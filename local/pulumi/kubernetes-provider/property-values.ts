/** Any value that travels between the engine and a provider. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

/** A bag of properties: the inputs or the outputs of one resource. */
export type Properties = { [key: string]: Value };

/** One step into a value: a key of an object, or an index of an array. */
export type PathStep = string | number;

/** The wire protocol marks special values with this key ... */
const SIGNATURE_KEY = '4dabf18193072939515e22adb298388d';
/** ... and a secret with this value of it. */
const SECRET_SIGNATURE = '1b47061264138c4ac30d75fd1eb44270';

/** What stands for a value that is not known before the update. */
export const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

/** The engine writes another mark for each type it expects; all mean "not known yet". */
const UNKNOWNS = new Set<unknown>([
  UNKNOWN,
  '1c4a061d-8072-4f0a-a4cb-0ff528b18fe7',
  '3eeb2bf0-c639-47a8-9e75-3b44932eb421',
  '6a19a0b0-7e62-4c92-b797-7f8e31da9cc2',
  '030794c1-ac77-496b-92df-f27374a8bd58',
  'e48ece36-62e2-4504-bad9-02848725956a',
  'dd056dcd-154b-4c76-9bd3-c8f88648b5ff',
]);

/** Whether the value is an object with keys: not an array, not null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether the value stands for one that is not known before the update. */
export function isUnknown(value: unknown): boolean {
  return UNKNOWNS.has(value);
}

/** Whether the value, or anything inside it, is not known before the update. */
export function containsUnknown(value: Value | undefined): boolean {
  if (Array.isArray(value)) return value.some(containsUnknown);
  if (isRecord(value)) return Object.values(value).some(containsUnknown);
  return isUnknown(value);
}

/** Marks a value as secret, once. */
export function secret(value: Value): Value {
  return isSecret(value) ? value : { [SIGNATURE_KEY]: SECRET_SIGNATURE, value };
}

/** Whether the value itself is marked as secret. */
export function isSecret(value: unknown): value is { value: Value } {
  return isRecord(value) && value[SIGNATURE_KEY] === SECRET_SIGNATURE;
}

/** The value without any secret marks, at every depth. */
export function reveal<T extends Value>(value: T): T;
export function reveal(value: Value): Value {
  if (isSecret(value)) return reveal(value.value);
  if (Array.isArray(value)) return value.map((item) => reveal(item));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value as Properties).map(([key, item]) => [key, reveal(item)]),
  );
}

/** The paths at which a value is marked as secret; inside a secret there is nothing more to say. */
export function secretPaths(value: Value, path: readonly PathStep[] = []): PathStep[][] {
  if (isSecret(value)) return [[...path]];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => secretPaths(item, [...path, index]));
  }
  if (!isRecord(value)) return [];
  return Object.entries(value as Properties).flatMap(([key, item]) =>
    secretPaths(item, [...path, key]),
  );
}

/** Marks the values at the paths as secret, where there are any. The input stays as it is. */
export function conceal<T extends Value>(value: T, paths: readonly (readonly PathStep[])[]): T {
  return paths.reduce<Value>((result, path) => replaceAt(result, path, secret), value) as T;
}

/** The value at a path, or undefined. */
export function valueAt(value: unknown, path: readonly PathStep[]): unknown {
  return path.reduce<unknown>((current, step) => {
    if (Array.isArray(current)) return typeof step === 'number' ? current[step] : undefined;
    return isRecord(current) ? current[String(step)] : undefined;
  }, value);
}

/** A copy in which the value at the path is replaced; unchanged where the path leads nowhere. */
export function replaceAt(
  value: Value,
  path: readonly PathStep[],
  replace: (old: Value) => Value,
): Value {
  const [step, ...rest] = path;
  if (step === undefined) return replace(value);
  // what is inside a secret is hidden already
  if (isSecret(value)) return value;
  if (Array.isArray(value)) {
    return value.map((item, index) => (index === step ? replaceAt(item, rest, replace) : item));
  }
  if (!isRecord(value) || !(step in value)) return value;
  const record = value as Properties;
  return { ...record, [step]: replaceAt(record[step]!, rest, replace) };
}

/** A copy without the value at the path; unchanged where the path leads nowhere. */
export function removeAt(value: Value, path: readonly PathStep[]): Value {
  const last = path.at(-1);
  if (last === undefined) return value;
  return replaceAt(value, path.slice(0, -1), (parent) => {
    if (Array.isArray(parent)) return parent.filter((_, index) => index !== last);
    if (!isRecord(parent)) return parent;
    return Object.fromEntries(
      Object.entries(parent as Properties).filter(([key]) => key !== String(last)),
    );
  });
}

/** Whether two values are the same JSON, whatever the order of their keys. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  }
  if (isRecord(a) && isRecord(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => key in b && sameValue(a[key], b[key]))
    );
  }
  return a === b;
}
