import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const requireHere = createRequire(__filename);

interface Plugin {
  readonly entryPoint: string;
  readonly file: string;
  readonly define: Readonly<Record<string, string>>;
}

/**
 * Builds the language host and the provider plugins into a Pulumi home, where the engine finds them:
 * `versions/<version>/bin/pulumi-language-nodejs` and `pulumi-resource-pulumi-nodejs`, which serves the
 * program's own resources, beside the engine that npm's `pulumi` package runs, and
 * `plugins/resource-kubernetes-v<version>/pulumi-resource-kubernetes`, with the version of the installed
 * @pulumi/kubernetes. A second call with the same sources writes nothing.
 *
 * The engine warns on each run where its own file is a link that leads out of that folder.
 *
 * @param pulumiHome the folder that PULUMI_HOME names
 */
export async function installPlugins(pulumiHome: string): Promise<void> {
  const engineVersion = await installedVersion('pulumi');
  const version = await installedVersion('@pulumi/kubernetes');
  const engine = join(pulumiHome, 'versions', engineVersion, 'bin');
  const provider = join(pulumiHome, 'plugins', `resource-kubernetes-v${version}`);
  const plugins: Plugin[] = [
    {
      entryPoint: join(__dirname, 'language-host', 'main.ts'),
      file: join(engine, 'pulumi-language-nodejs'),
      define: { LANGUAGE_HOST_VERSION: JSON.stringify(engineVersion) },
    },
    {
      entryPoint: join(__dirname, 'dynamic-provider', 'main.ts'),
      file: join(engine, 'pulumi-resource-pulumi-nodejs'),
      define: {},
    },
    {
      entryPoint: join(__dirname, 'kubernetes-provider', 'main.ts'),
      file: join(provider, 'pulumi-resource-kubernetes'),
      define: { PROVIDER_VERSION: JSON.stringify(version) },
    },
  ];
  await Promise.all(plugins.map(install));
}

async function install({ entryPoint, file, define }: Plugin): Promise<void> {
  const result = await build({
    entryPoints: [entryPoint],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    legalComments: 'none',
    banner: { js: '#!/usr/bin/env node' },
    define,
    write: false,
    logLevel: 'silent',
  });
  await writeExecutable(file, result.outputFiles[0]!.contents);
}

/** Writes beside the target and renames: a reader sees the old file or the new one, never half of it. */
async function writeExecutable(file: string, content: Uint8Array): Promise<void> {
  if (await hasContent(file, content)) return;
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.tmp`;
  await writeFile(draft, content);
  await chmod(draft, 0o755);
  await rename(draft, file);
}

async function hasContent(file: string, content: Uint8Array): Promise<boolean> {
  try {
    return (await readFile(file)).equals(content);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function installedVersion(name: string): Promise<string> {
  const manifest = await readFile(requireHere.resolve(`${name}/package.json`), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
