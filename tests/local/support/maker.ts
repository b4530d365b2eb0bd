import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { madeOnce } from '../../../local/made-once';

/** Makes a folder through `madeOnce` in a process of its own; each start of the work is one line of the log. */
async function main([path = '', log = '', mode = '']: string[]): Promise<void> {
  const made = await madeOnce(path, async (partial) => {
    await appendFile(log, `${process.pid}\n`);
    await mkdir(partial);
    await writeFile(join(partial, 'first'), mode);
    if (mode === 'hang') await sleep(600_000);
    await sleep(400);
    await writeFile(join(partial, 'second'), mode);
  });
  process.stdout.write(made ? 'made' : 'found');
}

void main(process.argv.slice(2));
