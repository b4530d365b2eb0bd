import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { temporaryFolder } from './temporary-folder';

/** Writes a shell script that stands in for a program that is not on every machine that runs the tests. */
export async function standIn(folder: string, name: string, body: string): Promise<void> {
  const file = join(folder, name);
  await mkdir(folder, { recursive: true });
  await writeFile(file, `#!/bin/sh\n${body}\n`);
  await chmod(file, 0o755);
}

/** The environment in which the Pulumi CLI is this shell script. */
export async function pulumiThat(body: string): Promise<{ readonly PATH: string }> {
  const folder = await temporaryFolder();
  await standIn(folder, 'pulumi', body);
  return { PATH: [folder, process.env.PATH].join(delimiter) };
}
