import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';

// the folder that the image is built from
const folder = process.argv[2]!;

void copyFile(join(__dirname, 'greet.js'), join(folder, 'greet.js'));
