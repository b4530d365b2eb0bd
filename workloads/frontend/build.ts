import { chmod, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Command } from 'commander';
import { build } from 'vite';

/** What this build writes; anything else in the folder is somebody else's. */
const STAGED = ['Dockerfile', 'html', 'nginx.conf', 'start.sh'];

/** Files get one fixed time and mode, so that the same content gives the same image layer. */
const EPOCH = new Date(0);

/** Smaller files do not pay for a second one. */
const MIN_GZIP_BYTES = 1024;

/**
 * Stages the context of the page's image: the built page with a compressed copy of each text beside it,
 * the web server's configuration and the Dockerfile. The same sources give the same bytes.
 */
async function stage(outDir: string): Promise<void> {
  await mkdir(outDir, { recursive: true });
  const strangers = (await readdir(outDir)).filter((name) => !STAGED.includes(name));
  if (strangers.length > 0) {
    throw new Error(
      `output folder "${outDir}" holds "${strangers[0]}", which is not of this build: ` +
        'choose an empty folder',
    );
  }
  for (const name of STAGED) await rm(join(outDir, name), { recursive: true, force: true });
  const html = join(outDir, 'html');
  // Vite keeps what is set, and with anything else React and Emotion are built for debugging
  process.env.NODE_ENV = 'production';
  await build({
    root: __dirname,
    configFile: false,
    logLevel: 'warn',
    base: '/',
    build: {
      outDir: html,
      emptyOutDir: true,
      // a data: address would be a second way for pictures and fonts to come in
      assetsInlineLimit: 0,
      // the little that there is comes with the page: a view's own would not be there before it is drawn
      cssCodeSplit: false,
      target: 'es2022',
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: {
        onLog: (level, log, report) => {
          // the mark is for servers that render React; nothing is lost here
          if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
        },
      },
    },
  });
  await compress(html);
  for (const file of ['Dockerfile', 'nginx.conf', 'start.sh']) {
    await writeFile(join(outDir, file), await readFile(join(__dirname, file)));
  }
  await fixTimes(outDir);
  await chmod(join(outDir, 'start.sh'), 0o755);
}

async function compress(folder: string): Promise<void> {
  for (const entry of await filesBelow(folder)) {
    const bytes = await readFile(entry);
    if (bytes.length < MIN_GZIP_BYTES || !/\.(html|js|css|svg)$/.test(entry)) continue;
    await writeFile(`${entry}.gz`, gzipSync(bytes, { level: 9 }));
  }
}

async function fixTimes(folder: string): Promise<void> {
  for (const file of await filesBelow(folder)) {
    await chmod(file, 0o644);
    await utimes(file, EPOCH, EPOCH);
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const program = new Command('build')
  .description("Stages the context of the page's image.")
  .argument('<outDir>', 'folder to stage into; files of an earlier build are replaced')
  .option('--platform <os/arch>', 'accepted like the other builds do; the page is the same on each')
  .parse();

stage(resolve(program.args[0] as string)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
