import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { type PackageLock, lockedPackages } from './locked-packages';

/** What an image is made of. */
export interface WorkloadContent {
  readonly projectRoot: string;
  /** Folders of sources that go in, relative to the root, the Dockerfile's among them. */
  readonly folders: readonly string[];
  readonly baseImage: string;
  /** For example `linux/amd64`. */
  readonly platform: string;
}

/** Hexadecimal digits of a tag; 64 bits are plenty for the images of one registry path. */
const TAG_LENGTH = 16;

/**
 * The tag of the image that this content makes: the same content has the same tag on every machine,
 * and any change, also of a package that the sources use, another one.
 *
 * @throws Error where a folder is missing or holds no file
 */
export function contentTag(content: WorkloadContent): string {
  const files = content.folders.flatMap((folder) => filesBelow(content.projectRoot, folder));
  const sources = files.map((file) => ({
    file,
    bytes: fs.readFileSync(path.join(content.projectRoot, file)),
  }));
  const packages = packagesNamedIn(
    content.projectRoot,
    sources.map(({ bytes }) => bytes.toString('utf8')),
  );
  const hash = createHash('sha256');
  // lengths keep the end of one part and the start of the next apart
  const add = (bytes: Buffer | string) => hash.update(`${Buffer.byteLength(bytes)}:`).update(bytes);
  for (const { file, bytes } of sources) {
    add(file);
    add(bytes);
  }
  [...packages, content.baseImage, content.platform].forEach(add);
  return hash.digest('hex').slice(0, TAG_LENGTH);
}

function filesBelow(root: string, folder: string): string[] {
  const entries = fs.readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .map((file) => file.split(path.sep).join('/'))
    .sort();
  if (files.length === 0) throw new Error(`workload folder "${folder}" holds no file`);
  return files;
}

/**
 * A package counts as used where any string names it. Reading imports alone would miss fonts and
 * native add-ons that are only looked up by path, and a missed package is a stale image.
 */
function packagesNamedIn(root: string, sources: readonly string[]): string[] {
  const { dependencies } = readJson(root, 'package.json') as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const used = Object.keys(dependencies).filter((name) => {
    const literal = new RegExp(`['"\`]${escapeRegExp(name)}['"\`/]`);
    return sources.some((source) => literal.test(source));
  });
  return lockedPackages(readJson(root, 'package-lock.json') as PackageLock, used.sort());
}

function readJson(root: string, file: string): unknown {
  return JSON.parse(fs.readFileSync(path.join(root, file), 'utf8'));
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
