import { type Command, Option } from 'commander';

/** One setting: a command-line flag with an environment variable and a default. */
export interface Setting<T> {
  readonly flag: `--${string}`;
  /** Environment variable that is read where the flag is absent. */
  readonly env?: string;
  /** True for a flag without a value; its text is then "true". */
  readonly isSwitch?: boolean;
  /** Shown in `--help`; what the setting does and in which unit. */
  readonly description: string;
  /** The value where neither flag nor variable is given; absent means the setting is optional. */
  readonly default?: string;
  /** True for values that must never appear in a log or an error. */
  readonly secret?: boolean;
  /**
   * Turns the text into a value.
   *
   * @throws Error whose message says what is allowed
   */
  readonly parse: (text: string) => T;
}

/** A fault in the settings; the message lists every one of them and is meant for the user. */
export class SettingsError extends Error {
  /** @param faults one sentence each */
  constructor(readonly faults: readonly string[]) {
    super(`invalid settings:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'SettingsError';
  }
}

type Values<S> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

/**
 * Reads settings from flags, then from the environment, then from the defaults. An empty variable
 * counts as unset, because Kubernetes passes an absent optional value as an empty one.
 *
 * @param argv arguments without node and script
 * @param check faults between settings; it gets the values that are valid on their own
 * @throws SettingsError listing every fault
 */
export function readSettings<S extends Record<string, Setting<unknown>>>(
  program: Command,
  settings: S,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  check: (values: Partial<Values<S>>) => readonly string[] = () => [],
): Values<S> {
  const options = new Map<string, Option>();
  for (const [key, setting] of Object.entries(settings)) {
    const notes = [
      ...(setting.env === undefined ? [] : [`env: ${setting.env}`]),
      ...(setting.default === undefined || setting.isSwitch ? [] : [`default: ${setting.default}`]),
    ];
    const option = new Option(
      setting.isSwitch ? setting.flag : `${setting.flag} <value>`,
      setting.description + (notes.length === 0 ? '' : ` (${notes.join(', ')})`),
    );
    options.set(key, option);
    program.addOption(option);
  }
  program.allowExcessArguments(false).parse([...argv], { from: 'user' });
  const flags = program.opts<Record<string, string | true | undefined>>();

  const values: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const [key, setting] of Object.entries(settings)) {
    const flag = flags[options.get(key)!.attributeName()];
    const flagText = flag === true ? 'true' : flag;
    const envText = (setting.env === undefined ? undefined : env[setting.env]) || undefined;
    const text = flagText ?? envText ?? setting.default;
    if (text === undefined) continue;
    try {
      values[key] = setting.parse(text);
    } catch (error) {
      const source = flagText === undefined && envText !== undefined ? setting.env : setting.flag;
      const shown = setting.secret ? '(hidden)' : JSON.stringify(shorten(text));
      faults.push(`'${source}' is ${shown}: ${(error as Error).message}`);
    }
  }
  faults.push(...check(values as Partial<Values<S>>));
  if (faults.length > 0) throw new SettingsError(faults);
  return Object.freeze(values) as Values<S>;
}

function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}...`;
}

/** A whole number within bounds, both included. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < min || value > max) {
      throw new Error(`must be a whole number from ${min} to ${max}`);
    }
    return value;
  };
}

/** A number within bounds, both included; fractions are allowed. */
export function number(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < min || value > max) {
      throw new Error(`must be a number from ${min} to ${max}`);
    }
    return value;
  };
}

/** Any text. */
export const text = (value: string): string => value;

/** One of the given words. */
export function oneOf<const T extends string>(...words: readonly T[]): (text: string) => T {
  return (text) => {
    const word = words.find((candidate) => candidate === text);
    if (word === undefined) throw new Error(`must be one of ${words.join(', ')}`);
    return word;
  };
}

/** A URL with one of the given schemes. */
export function url(...schemes: readonly string[]): (text: string) => string {
  return (text) => {
    const allowed = `must be a URL like ${schemes[0]}://host:port`;
    if (!URL.canParse(text)) throw new Error(allowed);
    const parsed = new URL(text);
    if (!schemes.includes(parsed.protocol.slice(0, -1)) || parsed.hostname === '') {
      throw new Error(`${allowed}; allowed schemes: ${schemes.join(', ')}`);
    }
    return text;
  };
}

/** A NATS subject without wildcards. */
export function subject(text: string): string {
  if (!/^[^\s.*>]+(\.[^\s.*>]+)*$/.test(text)) {
    throw new Error('must be a subject without wildcards or spaces, like meme.request');
  }
  return text;
}

/** A name of a stream or a consumer. */
export function streamName(text: string): string {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) {
    throw new Error('must consist of letters, digits, "-" and "_"');
  }
  return text;
}

/** The text of a switch, or of a variable that stands for one. */
export function flag(text: string): boolean {
  return oneOf('true', 'false')(text) === 'true';
}
