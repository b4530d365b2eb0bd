/** The part of a `package-lock.json` (version 3) that says which packages are installed where. */
export interface PackageLock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * Every package that the named ones need, themselves included, as `path@version integrity` lines in
 * a fixed order. A dependency is looked up where Node would find it, innermost `node_modules` first.
 *
 * @throws Error where a name is not in the lock file
 */
export function lockedPackages(lock: PackageLock, names: readonly string[]): string[] {
  const lines = new Map<string, string>();
  const visit = (from: string, name: string, required: boolean): void => {
    const place = resolve(lock, from, name);
    if (place === undefined) {
      if (!required) return;
      throw new Error(`package "${name}" is not in package-lock.json; run npm install`);
    }
    if (lines.has(place)) return;
    const { version, integrity, dependencies, optionalDependencies } = lock.packages[place];
    lines.set(place, `${place}@${version} ${integrity ?? ''}`);
    const optional = Object.keys(optionalDependencies ?? {});
    for (const child of Object.keys(dependencies ?? {})) {
      visit(place, child, !optional.includes(child));
    }
    for (const child of optional) visit(place, child, false);
  };
  for (const name of names) visit('', name, true);
  return [...lines.values()].sort();
}

function resolve(lock: PackageLock, from: string, name: string): string | undefined {
  for (let scope = from; ; scope = parentOf(scope)) {
    const place = `${scope === '' ? '' : `${scope}/`}node_modules/${name}`;
    if (place in lock.packages) return place;
    if (scope === '') return undefined;
  }
}

function parentOf(place: string): string {
  const cut = place.lastIndexOf('/node_modules/');
  return cut === -1 ? '' : place.slice(0, cut);
}
