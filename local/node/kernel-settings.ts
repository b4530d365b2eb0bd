import { readFile, writeFile } from 'node:fs/promises';

/** Kernel settings that the kubelet changes for the whole machine when it starts. */
const SETTINGS = [
  '/proc/sys/vm/overcommit_memory',
  '/proc/sys/vm/panic_on_oom',
  '/proc/sys/kernel/panic',
  '/proc/sys/kernel/panic_on_oops',
  '/proc/sys/kernel/keys/root_maxkeys',
  '/proc/sys/kernel/keys/root_maxbytes',
];

/** Saves the machine's kernel settings for {@link restoreKernelSettings}. */
export async function saveKernelSettings(file: string): Promise<void> {
  const values: Record<string, string> = {};
  for (const path of SETTINGS) values[path] = (await readFile(path, 'utf8')).trim();
  await writeFile(file, JSON.stringify(values), { flag: 'wx' }).catch(
    (error: NodeJS.ErrnoException) => {
      // an earlier start saved them, before the kubelet changed anything
      if (error.code !== 'EEXIST') throw error;
    },
  );
}

/** Restores the settings of {@link saveKernelSettings}; does nothing if the file does not exist. */
export async function restoreKernelSettings(file: string): Promise<void> {
  const saved = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return '{}';
  });
  const values = JSON.parse(saved) as Record<string, string>;
  for (const [path, value] of Object.entries(values)) await writeFile(path, value);
}
