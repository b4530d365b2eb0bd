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
    minify: true,
    // error names and metrics read better with the names of the sources
    keepNames: true,
    external: [...external],
    legalComments: 'eof',
    logLevel: 'warning',
  });
}
