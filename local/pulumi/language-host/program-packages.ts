import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What package.json says about one installed package. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** The provider plugin that belongs to it, where it is a Pulumi SDK. */
  readonly plugin?: { readonly name: string; readonly version: string; readonly server?: string };
}

interface Manifest {
  name?: string;
  version?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  pulumi?: { resource?: boolean; name?: string; version?: string; server?: string };
}

/** Lists the packages in the program's nearest node_modules folder, one level deep, by name. */
export async function installedPackages(programDirectory: string): Promise<InstalledPackage[]> {
  const modules = await nearestModules(programDirectory);
  if (modules === undefined) return [];
  const entries = (await readdir(modules)).filter((entry) => !entry.startsWith('.'));
  const scopes = entries.filter((entry) => entry.startsWith('@'));
  const scoped = await Promise.all(
    scopes.map(async (scope) =>
      (await readdir(join(modules, scope))).map((entry) => join(scope, entry)),
    ),
  );
  const names = [...entries.filter((entry) => !entry.startsWith('@')), ...scoped.flat()];
  const found = await Promise.all(
    names.map(async (name) => toPackage(await readManifest(join(modules, name)))),
  );
  return found
    .filter((item) => item !== undefined)
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Lists what the program's own package.json asks for, with the versions that are installed. */
export async function directDependencies(programDirectory: string): Promise<InstalledPackage[]> {
  const manifest = await readManifest(programDirectory);
  const wanted = new Set(Object.keys({ ...manifest?.dependencies, ...manifest?.devDependencies }));
  return (await installedPackages(programDirectory)).filter((item) => wanted.has(item.name));
}

function toPackage(manifest: Manifest | undefined): InstalledPackage | undefined {
  if (manifest?.name === undefined || manifest.version === undefined) return undefined;
  const { name, version, pulumi } = manifest;
  if (pulumi?.resource !== true) return { name, version };
  return {
    name,
    version,
    plugin: {
      name: pulumi.name ?? name.replace(/^@pulumi\//, ''),
      version: (pulumi.version ?? version).replace(/^v/, ''),
      server: pulumi.server,
    },
  };
}

async function readManifest(folder: string): Promise<Manifest | undefined> {
  let text: string;
  try {
    text = await readFile(join(folder, 'package.json'), 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
  return JSON.parse(text) as Manifest;
}

async function nearestModules(start: string): Promise<string | undefined> {
  for (let folder = start; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules');
    try {
      await readdir(candidate);
      return candidate;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    if (dirname(folder) === folder) return undefined;
  }
}
