import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Parts of a package that only its build or its reader needs. */
const UNUSED = /^(src|install|.*\.md|.*\.d\.[cm]?ts|.*\.map|node_modules|\.bin)$/;

/** Files get one fixed time and mode, so that the same content gives the same image layer. */
const EPOCH = new Date(0);

/**
 * Copies packages with their dependencies from one `node_modules` to another. Optional dependencies
 * come only when they are asked for by name: the others are for other platforms.
 *
 * @returns false where one of the named packages is not there; nothing useful was copied then
 */
export async function copyPackages(
  from: string,
  to: string,
  names: readonly string[],
): Promise<boolean> {
  const wanted = [...names];
  const seen = new Set<string>();
  if (!names.every((name) => existsSync(join(from, name, 'package.json')))) return false;
  for (let name = wanted.shift(); name !== undefined; name = wanted.shift()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const text = await readFile(join(from, name, 'package.json'), 'utf8');
    const manifest = JSON.parse(text) as Manifest;
    wanted.push(...Object.keys(manifest.dependencies ?? {}));
    // the native part names the library that it is linked with as an optional dependency
    if (name.startsWith('@img/')) {
      const libraries = Object.keys(manifest.optionalDependencies ?? {});
      wanted.push(...libraries.filter((each) => existsSync(join(from, each, 'package.json'))));
    }
    await copyFolder(join(from, name), join(to, name));
  }
  return true;
}

/** Copies one file with a fixed time and mode, making the folders on the way. */
export async function stageFile(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
  await fixMetadata(to);
}

/** Writes one file with a fixed time and mode, making the folders on the way. */
export async function stageContent(content: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await writeFile(to, content);
  await fixMetadata(to);
}

async function fixMetadata(file: string): Promise<void> {
  await chmod(file, 0o644);
  await utimes(file, EPOCH, EPOCH);
}

async function copyFolder(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (UNUSED.test(entry.name)) continue;
    const source = join(from, entry.name);
    if (entry.isDirectory()) await copyFolder(source, join(to, entry.name));
    else await stageFile(source, join(to, entry.name));
  }
}
