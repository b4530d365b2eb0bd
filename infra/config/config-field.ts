import { z } from 'zod';

/** How the text of one key becomes a value, and what a message says where it does not. */
export interface Field<T> {
  readonly schema: z.ZodType<T, string>;
  /** Ends the sentence "allowed: ...". */
  readonly allowed: string;
  /** A value that works, shown in the command that sets the key. */
  readonly example: string;
  /** The value never appears in a message. */
  readonly secret?: boolean;
}

/** A field of any schema. */
export const field = <T>(
  schema: z.ZodType<T, string>,
  allowed: string,
  example: string,
): Field<T> => ({
  schema,
  allowed,
  example,
});

/** A whole number; both bounds are allowed. */
export const integer = (min: number, max: number, example: number): Field<number> =>
  field(
    z
      .string()
      .regex(/^-?\d{1,9}$/)
      .transform(Number)
      .pipe(z.number().min(min).max(max)),
    `a whole number from ${min} to ${max}`,
    String(example),
  );

/** One of some words; the first is the example. */
export const oneOf = <const T extends readonly [string, ...string[]]>(
  values: T,
): Field<T[number]> =>
  field(z.enum(values) as z.ZodType<T[number], string>, values.join(', '), values[0]);

/** `true` or `false`. */
export const boolean: Field<boolean> = field(
  z.enum(['true', 'false']).transform((text) => text === 'true') as z.ZodType<boolean, string>,
  'true, false',
  'true',
);

/** A field that may be left empty. */
export const optional = <T>(inner: Field<T>): Field<T | undefined> => ({
  ...inner,
  schema: z.union([z.literal('').transform(() => undefined), inner.schema]) as z.ZodType<
    T | undefined,
    string
  >,
});

/** A port of the range that Kubernetes gives to node ports; 0 is left to the cluster's default. */
export const nodePort = (example: string): Field<number | undefined> =>
  field(
    z
      .string()
      .regex(/^(0|3[0-2]\d{3})$/)
      .transform(Number)
      .pipe(z.number().max(32_767))
      .transform((port) => (port === 0 ? undefined : port)),
    '0 for the default of the cluster, or a port from 30000 to 32767',
    example,
  );

/** Text that holds JSON. */
export const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'not JSON' });
    return z.NEVER;
  }
});
