import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** A folder that is removed after each test. */
export function temporaryDirectory(): { readonly path: string } {
  const directory = { path: '' };
  beforeEach(() => {
    directory.path = fs.mkdtempSync(path.join(os.tmpdir(), 'infra-test-'));
  });
  afterEach(() => {
    fs.rmSync(directory.path, { recursive: true, force: true });
  });
  return directory;
}

/** Writes a file below a folder, with the folders on the way. */
export function writeFile(root: string, file: string, content: string): string {
  const target = path.join(root, file);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, content);
  return target;
}
