import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

const ROOT = join(__dirname, '..');

/** The page that lists every setting. */
export const SETTINGS_PAGE = join(ROOT, 'docs/settings.md');

interface Declaration {
  readonly type: string;
  readonly default: unknown;
  readonly description: string;
}

/** The page as it follows from the declarations in Pulumi.yaml. */
export async function settingsPage(): Promise<string> {
  const project = await readFile(join(ROOT, 'Pulumi.yaml'), 'utf8');
  const { config } = parse(project) as { config: Record<string, Declaration> };
  const rows = Object.entries(config).map(
    ([key, { type, default: value, description }]) =>
      [`\`${key}\``, type, defaultText(value), description.trim()] as const,
  );
  return [
    '<!-- written by "npm run docs:settings" from Pulumi.yaml -->',
    '',
    '# Settings',
    '',
    'Set one with `npx pulumi config set --stack dev <key> <value>`, on the local cluster in a shell that has the',
    'environment of the lab (`eval "$(npm run --silent env)"`); `npm run up` applies it. Every fault is told at once,',
    'before anything is deployed.',
    '',
    ...table([['Key', 'Type', 'Default', 'Effect'], ...rows]),
    '',
  ].join('\n');
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const [head, ...body] = rows.map((row) =>
    line(row.map((cell, column) => cell.padEnd(widths[column]!))),
  );
  return [head!, line(widths.map((width) => '-'.repeat(width))), ...body];
}

// "not set" is written as an empty value, because the engine asks for a default
function defaultText(value: unknown): string {
  const isEmpty = value === '' || JSON.stringify(value) === '{}' || JSON.stringify(value) === '[]';
  return isEmpty ? 'not set' : `\`${String(value)}\``;
}

if (require.main === module) void settingsPage().then((text) => writeFile(SETTINGS_PAGE, text));
