import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type SettingGroup } from '../charts/core/setting-group';
import { SETTINGS } from '../infra/config/settings';

const ROOT = join(__dirname, '..');

/** The page that lists every setting. */
export const SETTINGS_PAGE = join(ROOT, 'docs/settings.md');

/** The file that declares every setting to Pulumi, after what it says about the project. */
export const PROJECT_FILE = join(ROOT, 'Pulumi.yaml');

const GROUP: SettingGroup = SETTINGS;
const CONFIG_HEADER = [
  '# written by "npm run docs:settings" from the definitions of the settings; change those instead',
  '# an empty string, an empty object or 0 stands for "not set": Pulumi demands a value for a key without a default',
].join('\n');

/**
 * Pulumi.yaml with the declarations that follow from the definitions.
 *
 * @param current what the file holds; all before its declarations is kept
 */
export function projectFile(current: string): string {
  const project = /^[^]*?(?=^# written by|^config:)/m.exec(current)![0];
  const config = Object.fromEntries(
    Object.entries(GROUP).map(([key, { type, default: value, description }]) => [
      key,
      { type, default: value, description },
    ]),
  );
  return `${project}${CONFIG_HEADER}\n${stringify({ config }, { singleQuote: true, lineWidth: 0 })}`;
}

/** The page as it follows from the definitions. */
export function settingsPage(): string {
  const rows = Object.entries(GROUP).map(([key, setting]) => [
    `\`${key}\``,
    setting.type,
    setting.unit ?? '',
    setting.allowed,
    defaultText(setting.default),
    setting.description,
  ]);
  return [
    '<!-- written by "npm run docs:settings" from the definitions of the settings -->',
    '',
    '# Settings',
    '',
    'Set one with `npx pulumi config set --stack dev <key> <value>`; for the local cluster, in a shell with the',
    'environment of the lab (`eval "$(npm run --silent env)"`). `npm run up` applies it. All faults are reported',
    'at once, before anything is deployed.',
    '',
    ...table([['Key', 'Type', 'Unit', 'Allowed', 'Default', 'Effect'], ...rows]),
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

// "not set" is written as an empty value, because Pulumi asks for a default
function defaultText(value: unknown): string {
  const isEmpty = value === '' || JSON.stringify(value) === '{}' || JSON.stringify(value) === '[]';
  return isEmpty ? 'not set' : `\`${String(value)}\``;
}

async function writeAll(): Promise<void> {
  await writeFile(PROJECT_FILE, projectFile(await readFile(PROJECT_FILE, 'utf8')));
  await writeFile(SETTINGS_PAGE, settingsPage());
}

if (require.main === module) void writeAll();
