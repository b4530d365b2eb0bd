import type { PathStep } from './property-values';

/** Writes a path as Pulumi does: `spec.containers[0].env["a.b"]`. */
export function formatPath(path: readonly PathStep[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (!/^[A-Za-z_$][A-Za-z0-9_$-]*$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

/**
 * Reads a path as Pulumi writes it, with `.key`, `["key"]` and `[0]`.
 *
 * @throws Error where a bracket is not closed or holds something else
 */
export function parsePath(text: string): PathStep[] {
  const steps: PathStep[] = [];
  const pattern = /\.?([^.[\]]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/y;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) {
      throw new Error(`property path "${text}" cannot be read from "${text.slice(at)}" on`);
    }
    const [, key, index, quoted] = match;
    if (index !== undefined) steps.push(Number(index));
    else steps.push(key ?? (JSON.parse(`"${quoted}"`) as string));
  }
  return steps;
}
