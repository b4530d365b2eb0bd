import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The most that the page may weigh and take. */
export const PAGE_BUDGET = {
  /** JavaScript that comes before the form can be used, compressed. */
  scriptBytes: 250_000,
  /** Everything that comes before the form can be used, compressed. */
  bytes: 260_000,
  /** Requests before the form can be used. */
  requests: 5,
  /** From the address to a form that takes text. */
  formMs: 3000,
} as const;

/** What a browser loads before the page can be used, as it goes over the wire. */
export interface PageWeight {
  readonly scriptBytes: number;
  readonly bytes: number;
  readonly requests: number;
  /** Compressed size of what comes when somebody looks at the charts. */
  readonly laterScriptBytes: number;
}

const REFERENCES = /(?:src|href)="\/([^"]+)"/g;

/**
 * Weighs the page as it was built.
 *
 * @param html folder with the files that the web server serves
 */
export async function pageWeight(html: string): Promise<PageWeight> {
  const page = await readFile(join(html, 'index.html'), 'utf8');
  const first = ['index.html', ...[...page.matchAll(REFERENCES)].map(([, path]) => path as string)];
  const scripts = (await readdir(join(html, 'assets')))
    .filter((name) => name.endsWith('.js'))
    .map((name) => `assets/${name}`);
  const sum = async (paths: readonly string[]) =>
    (await Promise.all(paths.map((path) => servedBytes(html, path)))).reduce((a, b) => a + b, 0);
  return {
    scriptBytes: await sum(first.filter((path) => scripts.includes(path))),
    bytes: await sum(first),
    requests: first.length,
    laterScriptBytes: await sum(scripts.filter((path) => !first.includes(path))),
  };
}

/** What the web server sends: the compressed copy where there is one. */
async function servedBytes(html: string, path: string): Promise<number> {
  const compressed = await stat(join(html, `${path}.gz`)).catch(() => undefined);
  return (compressed ?? (await stat(join(html, path)))).size;
}

/** What is over the budget, in words. */
export function budgetFaults(
  measured: Partial<Record<keyof typeof PAGE_BUDGET, number>>,
): string[] {
  const keys = Object.keys(PAGE_BUDGET) as (keyof typeof PAGE_BUDGET)[];
  return keys.flatMap((key) => {
    const value = measured[key];
    if (value === undefined || value <= PAGE_BUDGET[key]) return [];
    return [`"${key}" is ${Math.round(value)}, allowed: at most ${PAGE_BUDGET[key]}`];
  });
}
