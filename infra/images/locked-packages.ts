/** The part of a `package-lock.json` (version 3) that says which packages are installed where. */
export interface PackageLock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/**
 * Every package that the named ones need, themselves included, as `path@version integrity` lines in
 * a fixed order. A dependency is looked up where Node would find it, innermost `node_modules` first.
 * Optional ones, peers among them, count where they are installed.
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
    const found = lock.packages[place];
    lines.set(place, `${place}@${found.version} ${found.integrity ?? ''}`);
    for (const [child, isRequired] of neededBy(found)) visit(place, child, isRequired);
  };
  for (const name of names) visit('', name, true);
  return [...lines.values()].sort();
}

/** The names of what a package uses, and whether it cannot do without. */
function neededBy(found: LockedPackage): Map<string, boolean> {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = found;
  const isRequiredPeer = (name: string) => !found.peerDependenciesMeta?.[name]?.optional;
  return new Map([
    ...Object.keys(peerDependencies).map((name) => [name, isRequiredPeer(name)] as const),
    ...Object.keys(dependencies).map((name) => [name, true] as const),
    ...Object.keys(optionalDependencies).map((name) => [name, false] as const),
  ]);
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
