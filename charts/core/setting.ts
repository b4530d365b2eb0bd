import { z } from 'zod';

/** How a setting is declared to Pulumi. */
export type SettingType = 'string' | 'integer' | 'boolean' | 'object';

/**
 * One setting, defined once: the type of its value, the checks, the declaration in Pulumi.yaml, the
 * page of settings and the options of the simulator all follow from it.
 */
export interface Setting<T, Default = unknown> {
  readonly type: SettingType;
  /** What Pulumi takes where a stack sets nothing; '', 0 or {} means "not set", since Pulumi demands a value. */
  readonly default: Default;
  /** What it does, in one sentence without a full stop. */
  readonly description: string;
  /** What a number counts, for example `seconds`. */
  readonly unit?: string;
  /** Ends the sentence "allowed: ...". */
  readonly allowed: string;
  /** A value that works, as `pulumi config set` takes it. */
  readonly example: string;
  /** The value never appears in a message, nor among the values that charts get. */
  readonly secret?: boolean;
  /** Reads what Pulumi hands over. */
  readonly parse: (text: string | undefined) => Parsed<T>;
  /** What is wrong with a value, as the end of the sentence "it must be ...". */
  readonly fault: (value: unknown) => string | undefined;
}

/** A value, or the fact that the text has none. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false };

/** A setting that is a number, with its bounds; both are allowed. */
export interface IntegerSetting extends Setting<number, number> {
  readonly min: number;
  readonly max: number;
  readonly unit: string;
}

/** A setting that is one of some words. */
export interface ChoiceSetting<T extends string> extends Setting<T, T> {
  readonly values: readonly T[];
}

interface Described<Default> {
  readonly description: string;
  readonly default: Default;
}

interface Schemas<T> {
  readonly text: z.ZodType<T, string>;
  readonly value: z.ZodType<T>;
  /** Ends the sentence "it must be ..." of a value's fault. */
  readonly mustBe: string;
}

function setting<T, Rest extends object>(schemas: Schemas<T>, rest: Rest) {
  return {
    ...rest,
    parse(text: string | undefined): Parsed<T> {
      const parsed = schemas.text.safeParse(text);
      return parsed.success ? { ok: true, value: parsed.data } : { ok: false };
    },
    fault: (value: unknown) =>
      schemas.value.safeParse(value).success ? undefined : schemas.mustBe,
  };
}

/** A whole number; both bounds are allowed. */
export function integer(
  options: Described<number> & {
    readonly min: number;
    readonly max: number;
    readonly unit: string;
    readonly example: number;
    /** What to do about a wrong value, as the end of a sentence. */
    readonly hint?: string;
    /** Whether a chart also takes fractions; a stack sets whole numbers only. */
    readonly fractionsInCharts?: boolean;
  },
): IntegerSetting {
  const { min, max, unit, example, hint, fractionsInCharts = false, ...described } = options;
  const number = z.number().min(min).max(max);
  const range = `number from ${min} to ${max}`;
  return setting(
    {
      text: z
        .string()
        .regex(/^-?\d{1,9}$/)
        .transform(Number)
        .pipe(number),
      value: fractionsInCharts ? number : number.int(),
      mustBe: `a ${fractionsInCharts ? '' : 'whole '}${range}${hint === undefined ? '' : `: ${hint}`}`,
    },
    {
      ...described,
      type: 'integer' as const,
      allowed: `a whole ${range}`,
      example: String(example),
      min,
      max,
      unit,
    },
  );
}

/** One of some whole numbers. */
export function oneOfNumbers(
  values: readonly number[],
  options: Described<number> & {
    readonly unit: string;
    readonly example: number;
    /** Why only these, as the end of a sentence. */
    readonly reason: string;
  },
): Setting<number, number> & { readonly unit: string } {
  const { example, reason, ...described } = options;
  const value = z.number().refine((number) => values.includes(number));
  const text = z
    .string()
    .refine((digits) => values.map(String).includes(digits))
    .transform(Number);
  const mustBe = `${values.slice(0, -1).join(', ')} or ${values.at(-1)}, ${reason}`;
  return setting(
    { text, value, mustBe },
    {
      ...described,
      type: 'integer' as const,
      allowed: values.join(', '),
      example: String(example),
    },
  );
}

/** One of some words; the first is the example. */
export function oneOf<const T extends readonly [string, ...string[]]>(
  values: T,
  options: Described<NoInfer<T[number]>>,
): ChoiceSetting<T[number]> {
  const schema = z.enum(values) as z.ZodType<T[number], string>;
  const allowed = values.join(', ');
  return setting(
    { text: schema, value: schema, mustBe: `one of ${allowed}` },
    { ...options, type: 'string' as const, allowed, example: values[0], values },
  );
}

/** `true` or `false`. */
export function boolean(options: Described<boolean>): Setting<boolean, boolean> {
  return setting(
    {
      text: z.enum(['true', 'false']).transform((text) => text === 'true'),
      value: z.boolean(),
      mustBe: 'true or false',
    },
    { ...options, type: 'boolean' as const, allowed: 'true, false', example: 'true' },
  );
}

interface TextOptions {
  readonly description: string;
  /** What the text must match; a folder needs none. */
  readonly pattern?: RegExp;
  /** A condition beside the pattern. */
  readonly accepts?: (text: string) => boolean;
  readonly allowed: string;
  readonly example: string;
}

/** Text that must be given. */
export function text(options: TextOptions & Described<string>): Setting<string, string> {
  const { schema, rest } = textParts(options);
  return setting(
    { text: schema, value: schema, mustBe: options.allowed },
    { ...rest, default: options.default },
  );
}

/** Text that may be left empty. */
export function optionalText(options: TextOptions): Setting<string | undefined, string> {
  const { schema, rest } = textParts(options);
  return setting(
    { text: orEmpty(schema), value: schema.optional(), mustBe: options.allowed },
    { ...rest, default: '' },
  );
}

/** Text that may be left empty, that a stack holds encrypted and that no message repeats. */
export function secret(
  options: TextOptions,
): Setting<string | undefined, string> & { readonly secret: true } {
  return { ...optionalText(options), secret: true };
}

function textParts({ pattern = /^/, accepts = () => true, ...described }: TextOptions) {
  const schema = z.string().regex(pattern).refine(accepts);
  return { schema, rest: { ...described, type: 'string' as const } };
}

/** A size in whole Mi, Gi or Ti: the amount, then the unit. */
export const SIZE_PATTERN = /^([1-9]\d*)(Mi|Gi|Ti)$/;

interface SizeOptions {
  readonly description: string;
  readonly example: string;
}

/** The size of a volume. */
export function size(options: SizeOptions & Described<string>): Setting<string, string> {
  const schema = z.string().regex(SIZE_PATTERN);
  return setting({ text: schema, value: schema, mustBe: sizeWords(options) }, sizeRest(options));
}

/** The size of a volume that is left out without one. */
export function optionalSize(options: SizeOptions): Setting<string | undefined, string> {
  const schema = z.string().regex(SIZE_PATTERN);
  return setting(
    { text: orEmpty(schema), value: schema.optional(), mustBe: sizeWords(options) },
    sizeRest({ ...options, default: '' }),
  );
}

const sizeWords = ({ example }: SizeOptions) =>
  `a whole number of Mi, Gi or Ti, for example "${example}"`;

const sizeRest = (options: SizeOptions & Described<string>) => ({
  ...options,
  type: 'string' as const,
  allowed: 'a size in Mi, Gi or Ti',
});

/** The ports that Kubernetes gives to Services of type NodePort. */
export const NODE_PORTS = {
  min: 30_000,
  max: 32_767,
  hint: 'this is the range that Kubernetes gives to node ports',
} as const;

/** A node port; 0 leaves it to the cluster's default. */
export function nodePort(options: {
  readonly description: string;
  readonly example: number;
}): Setting<number | undefined, number> & { readonly unit: string } {
  const { min, max, hint } = NODE_PORTS;
  const value = z.number().int().min(min).max(max).optional();
  return setting(
    {
      text: z
        .string()
        .regex(/^(0|\d{5})$/)
        .transform((digits) => (digits === '0' ? undefined : Number(digits)))
        .pipe(value),
      value,
      mustBe: `a whole number from ${min} to ${max}: ${hint}`,
    },
    {
      ...options,
      type: 'integer' as const,
      default: 0,
      unit: 'port',
      allowed: `0 for the default of the cluster, or a port from ${min} to ${max}`,
      example: String(options.example),
    },
  );
}

/** A JSON object with some of the given keys, whose values match a pattern. */
export function record<const K extends string>(options: {
  readonly description: string;
  readonly keys: readonly K[];
  readonly pattern: RegExp;
  readonly allowed: string;
  readonly example: string;
}): Setting<Readonly<Partial<Record<K, string>>>, object> {
  const { keys, pattern, ...described } = options;
  const value = z.partialRecord(z.enum(keys), z.string().regex(pattern)) as unknown as z.ZodType<
    Readonly<Partial<Record<K, string>>>
  >;
  return setting(
    { text: json.pipe(value), value, mustBe: options.allowed },
    { ...described, type: 'object' as const, default: {} },
  );
}

const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'not JSON' });
    return z.NEVER;
  }
});

function orEmpty<T>(schema: z.ZodType<T, string>): z.ZodType<T | undefined, string> {
  return z.union([z.literal('').transform(() => undefined), schema]);
}
