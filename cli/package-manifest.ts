import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import * as path from 'node:path';

// writes the package.json of what `npm run package` compiled: what the modules import, and no more
const ROOT = path.join(__dirname, '..');
const FOLDER = 'dist/package';

interface Manifest {
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

const lab = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as Manifest &
  Record<'name' | 'version' | 'description' | 'license' | 'engines', unknown>;
const { name, version, description, license, engines } = lab;
const exported = Object.entries(lab.exports).map(([entry, file]) => [
  entry,
  file.replace(`./${FOLDER}/`, './'),
]);
const manifest = {
  ...{ name, version, description, license, engines },
  exports: Object.fromEntries(exported) as Record<string, string>,
  dependencies: Object.fromEntries(
    importedPackages().map((each) => [each, versionOf(each)]),
  ) as Record<string, string>,
};
copyFileSync(path.join(ROOT, 'LICENSE'), path.join(ROOT, FOLDER, 'LICENSE'));
writeFileSync(path.join(ROOT, FOLDER, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);

function importedPackages(): string[] {
  const files = readdirSync(path.join(ROOT, FOLDER), { recursive: true, encoding: 'utf8' });
  const imports = files
    .filter((file) => /\.(js|d\.ts)$/.test(file))
    .map((file) => readFileSync(path.join(ROOT, FOLDER, file), 'utf8'))
    .flatMap((code) => [...code.matchAll(/(?:require(?:\.resolve)?\(|from )['"]([^.'"][^'"]*)/g)])
    .map(([, module]) => /^(@[^/]+\/)?[^/]+/.exec(module)![0])
    .filter((module) => !module.startsWith('node:') && !builtinModules.includes(module));
  return [...new Set(imports)].sort();
}

function versionOf(dependency: string): string {
  const found = lab.dependencies[dependency];
  if (found === undefined) {
    throw new Error(`the package imports "${dependency}"; add it to the "dependencies"`);
  }
  return found;
}
