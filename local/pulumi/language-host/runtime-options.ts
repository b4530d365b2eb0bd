/** The options of `runtime:` in Pulumi.yaml that concern Node.js. */
export interface RuntimeOptions {
  /** Whether @pulumi/pulumi loads ts-node to compile the program. @default true */
  readonly typescript: boolean;
  /** Path of the tsconfig.json that ts-node uses. @default - the one beside the program */
  readonly tsconfig?: string;
  /** Arguments for node itself, before the program. @default [] */
  readonly nodeArgs: readonly string[];
}

/**
 * Reads the runtime's options as the official language host does: `typescript`, `tsconfig` and
 * `nodeargs`, the last split like a shell would.
 *
 * @throws Error where an option has the wrong type
 */
export function readRuntimeOptions(options: Record<string, unknown>): RuntimeOptions {
  return {
    typescript: readBoolean(options, 'typescript') ?? true,
    tsconfig: readString(options, 'tsconfig'),
    nodeArgs: splitArguments(readString(options, 'nodeargs') ?? ''),
  };
}

function readBoolean(options: Record<string, unknown>, key: string): boolean | undefined {
  const value = options[key];
  if (value === undefined || typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  throw new Error(`runtime option "${key}" must be true or false, got ${JSON.stringify(value)}`);
}

function readString(options: Record<string, unknown>, key: string): string | undefined {
  const value = options[key];
  if (value === undefined || typeof value === 'string') return value;
  throw new Error(`runtime option "${key}" must be a string, got ${JSON.stringify(value)}`);
}

/**
 * Splits a line into arguments at white space; quotes group, a backslash takes the next character
 * as it is.
 *
 * @throws Error where a quote is not closed
 */
export function splitArguments(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at]!;
    if (quote === undefined && /\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === quote) {
      quote = undefined;
    } else if (quote === undefined && (char === '"' || char === "'")) {
      quote = char;
      word ??= '';
    } else if (char === '\\' && quote !== "'" && at + 1 < line.length) {
      at += 1;
      word = (word ?? '') + line[at];
    } else {
      word = (word ?? '') + char;
    }
  }
  if (quote !== undefined) throw new Error(`runtime option "nodeargs" has an open quote: ${line}`);
  if (word !== undefined) words.push(word);
  return words;
}
