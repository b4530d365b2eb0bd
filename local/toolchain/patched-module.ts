import { chmod, cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import execa from 'execa';

/** A text replacement in a module's source for the build of its programs. */
export interface ModulePatch {
  readonly module: string;
  /** Path in the module. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Copies a module and patches the copy; Go does not let files of its module cache be overlaid.
 * @param source the module's folder in Go's module cache
 * @param definition the folder with the go.mod that requires the module
 * @param scratch an existing folder that is kept until the build is finished
 * @returns the path of a go.mod that requires the copy in the module's place
 */
export async function patchedModule(
  patch: ModulePatch,
  source: string,
  definition: string,
  scratch: string,
): Promise<string> {
  const copy = join(scratch, 'module');
  await cp(source, copy, { recursive: true });
  await makeWritable(copy);
  const file = join(copy, patch.file);
  const text = await readFile(file, 'utf8');
  if (!text.includes(patch.from))
    throw new Error(`no "${patch.from}" in ${patch.file} of ${patch.module}: update its patch`);
  await writeFile(file, text.replaceAll(patch.from, patch.to));

  const goMod = join(scratch, 'go.mod');
  for (const name of ['go.mod', 'go.sum']) await cp(join(definition, name), join(scratch, name));
  await execa('go', ['mod', 'edit', `-replace=${patch.module}=${copy}`, goMod], {
    stdin: 'ignore',
  });
  return goMod;
}

/** Go's module cache is read-only, and only root could remove a copy with the same permissions. */
async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await makeWritable(path);
    else if (entry.isFile()) await chmod(path, 0o644);
  }
}
