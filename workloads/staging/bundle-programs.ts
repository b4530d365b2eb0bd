import { resolve } from 'node:path';
import { build } from 'esbuild';

const ROOT = resolve(__dirname, '../..');

/**
 * Bundles programs for the Node of the workload images, each into one file `<name>.cjs`.
 *
 * @param programs entry points by name, relative to the project
 * @param external packages that are staged beside the bundles instead
 */
export async function bundlePrograms(
  outDir: string,
  programs: Readonly<Record<string, string>>,
  external: readonly string[] = [],
): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: { ...programs },
    outdir: outDir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minifyWhitespace: true,
    minifySyntax: true,
    // errors and the log carry names of the sources; to keep them in spite of shorter ones costs a
    // call for each function that is made
    minifyIdentifiers: false,
    external: [...external],
    legalComments: 'eof',
    logLevel: 'warning',
  });
}
