import { type Setting } from './setting';

/** Settings by name. */
export type SettingGroup = Readonly<Record<string, Setting<unknown>>>;

type Value<S> = S extends Setting<infer T> ? T : never;
type PublicKey<G> = { [K in keyof G]: G[K] extends { secret: true } ? never : K }[keyof G];
type OptionalKey<G> = {
  [K in keyof G]: undefined extends Value<G[K]> ? K : never;
}[keyof G];

/** The values of a group, without its secrets; one that may be left empty is then absent. */
export type ValuesOf<G> = {
  readonly [K in keyof G as K extends Exclude<PublicKey<G>, OptionalKey<G>> ? K : never]: Value<
    G[K]
  >;
} & {
  readonly [K in keyof G as K extends PublicKey<G> & OptionalKey<G> ? K : never]?: Exclude<
    Value<G[K]>,
    undefined
  >;
};

/**
 * Checks values that did not come from a stack, as those of a chart that is built in code.
 *
 * @throws naming the first wrong setting, its value, what is allowed and what to do
 */
export function check<G extends SettingGroup>(group: G, values: ValuesOf<G>): void {
  for (const [key, { fault, secret }] of Object.entries(group)) {
    if (secret) continue;
    const value: unknown = Reflect.get(values, key);
    const mustBe = fault(value);
    if (mustBe === undefined) continue;
    const shown = typeof value === 'string' ? `"${value}"` : String(value);
    throw new Error(`"${key}" is ${shown}; it must be ${mustBe}`);
  }
}

/** The group's own values, out of an object that holds more. */
export function pick<G extends SettingGroup>(group: G, values: ValuesOf<G>): ValuesOf<G> {
  return Object.fromEntries(
    Object.keys(group)
      .filter((key) => Reflect.get(values, key) !== undefined)
      .map((key) => [key, Reflect.get(values, key)]),
  ) as unknown as ValuesOf<G>;
}
