import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../support/run';

/** What a block of commands needs that a test on this machine has not. */
export type Need = 'internet' | 'cluster';

/** A fenced block of shell commands. */
export interface CommandBlock {
  readonly needs: Need | undefined;
  /** Without comments, continued lines joined. */
  readonly commands: readonly string[];
  /** The text block right below, which shows what the last command prints. */
  readonly output: string | undefined;
}

/** One page of the documentation. */
export interface Document {
  /** Path below the repository's root. */
  readonly path: string;
  readonly text: string;
  /** Info strings of all fenced blocks. */
  readonly fences: readonly string[];
  readonly blocks: readonly CommandBlock[];
  /** Everything in backticks outside of blocks. */
  readonly inlineCode: readonly string[];
  /** Targets of links that stay in the repository. */
  readonly links: readonly string[];
  /** What links may name after `#`. */
  readonly anchors: ReadonlySet<string>;
}

const FENCE = /^```(.*)\n([\s\S]*?)^```$/gm;

/** README and every page below docs, results apart: those are written by a program. */
export async function documents(): Promise<Document[]> {
  const pages = (await readdir(join(ROOT, 'docs'), { recursive: true }))
    .filter((page) => page.endsWith('.md') && !page.startsWith('results/'))
    .map((page) => `docs/${page}`)
    .sort();
  return Promise.all(
    ['README.md', ...pages].map(async (path) =>
      document(path, await readFile(join(ROOT, path), 'utf8')),
    ),
  );
}

/** Reads one page. */
export function document(path: string, text: string): Document {
  const fences = [...text.matchAll(FENCE)].map(([all, info, body], index, matches) => {
    const next = matches[index + 1];
    const end = matches[index]!.index + all.length;
    const isNext = next?.[1] === 'text' && text.slice(end, next.index).trim() === '';
    return { info: info!, body: body!, output: isNext ? next[2]! : undefined };
  });
  const prose = text.replaceAll(FENCE, '');
  return {
    path,
    text,
    fences: fences.map(({ info }) => info),
    blocks: fences
      .filter(({ info }) => /^sh\b/.test(info))
      .map(({ info, body, output }) => ({
        needs: info.split(' ')[1] as Need | undefined,
        commands: commandsOf(body),
        output,
      })),
    inlineCode: [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!),
    links: [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target]) => target!)
      .filter((target) => !/^[a-z]+:/.test(target)),
    anchors: new Set([...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchor(heading!))),
  };
}

function commandsOf(body: string): string[] {
  return body
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#\s.*$/, '').trim())
    .filter((line) => line !== '');
}

function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}
