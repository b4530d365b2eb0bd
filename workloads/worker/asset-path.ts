import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A file of a package that the image has to have. */
export interface AssetFile {
  readonly packageName: string;
  /** Relative to the package. */
  readonly file: string;
}

/** Folder of the staged files, beside the program. */
export const ASSETS_FOLDER = 'assets';

/**
 * Where a file or a folder of a package is: in the image it is staged beside the program under its
 * package's name, in a checkout it is in the package.
 *
 * @param packageName for example `@twemoji/svg`
 * @param path relative to the package
 */
export function assetPath(packageName: string, path: string): string {
  const staged = join(stagedAssets(), packageName, path);
  if (existsSync(staged)) return staged;
  return join(dirname(require.resolve(`${packageName}/package.json`)), path);
}

/** Where the staged files are in the image; in a checkout there is no such folder. */
export function stagedAssets(): string {
  return join(__dirname, ASSETS_FOLDER);
}
