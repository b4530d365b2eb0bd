import * as fs from 'node:fs';
import * as path from 'node:path';
import { writeFile } from './temporary-directory';

/** Small programs on PATH in the place of those that not every machine has; they write down how they were called. */
export interface StandIns {
  install(name: string, body?: string): void;
  calls(): string[];
}

/** Lets each test see the programs of this folder, which it installs, and no others. */
export function standIns(directory: { readonly path: string }): StandIns {
  const originalPath = process.env.PATH;
  beforeEach(() => {
    process.env.PATH = directory.path;
  });
  afterEach(() => {
    process.env.PATH = originalPath;
  });
  return {
    install: (name, body = 'exit 0') => {
      const note = `echo "${name} $*" >> "${directory.path}/calls"`;
      const file = writeFile(directory.path, name, `#!/bin/sh\n${note}\n${body}\n`);
      fs.chmodSync(file, 0o755);
    },
    calls: () => fs.readFileSync(path.join(directory.path, 'calls'), 'utf8').trim().split('\n'),
  };
}
