import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TOOL_SETS, type ToolSetName } from '../../../local/toolchain/sets';

const DEFINITIONS = join(__dirname, '../../../local/toolchain');
const SETS = Object.keys(TOOL_SETS) as ToolSetName[];

const COLLECTOR =
  "the kubernetes set's version is from before their first stable one, and Prometheus and Pulumi need what came after";

/** Modules of which some sets have another version than the rest; these sets share theirs. */
const EXCEPTIONS: Readonly<Record<string, Exception>> = {
  'github.com/prometheus/prometheus': {
    sets: ['metrics-server', 'prometheus'],
    reason: 'KEDA is written for older releases of its packages than these two',
  },
  'go.opentelemetry.io/collector/component': { sets: ['prometheus'], reason: COLLECTOR },
  'go.opentelemetry.io/collector/featuregate': {
    sets: ['prometheus', 'pulumi'],
    reason: COLLECTOR,
  },
  'go.opentelemetry.io/collector/pdata': { sets: ['prometheus', 'pulumi'], reason: COLLECTOR },
  'github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream': {
    sets: ['pulumi'],
    reason: "the S3 client of Pulumi's states requires it; two packages are compiled twice",
  },
  'github.com/mattn/go-runewidth': {
    sets: ['pulumi'],
    reason: "Pulumi's terminal libraries require it; two packages are compiled twice",
  },
};

interface Exception {
  readonly sets: readonly ToolSetName[];
  readonly reason: string;
}

type Definitions = Readonly<Record<ToolSetName, string>>;

const definitions = async () =>
  Object.fromEntries(
    await Promise.all(
      SETS.map(async (set) => [set, await readFile(join(DEFINITIONS, set, 'go.mod'), 'utf8')]),
    ),
  ) as Definitions;

/** The version of each module that a go.mod names; Go lists there all that packages are compiled from. */
function versions(goMod: string): Map<string, string> {
  const named = new Map<string, string>();
  for (const [, module = '', version = ''] of goMod.matchAll(/^\t(\S+) (v\S+) \/\/ indirect$/gm))
    named.set(module, version);
  // compiled packages name the version that is required, even of a module that is replaced
  for (const [, module = '', other = ''] of goMod.matchAll(/^\t(\S+) => (\S+ v\S+)$/gm))
    if (named.has(module)) named.set(module, `${named.get(module)} => ${other}`);
  return named;
}

/** The versions of each module of which not all sets have the same one. */
function differences(
  texts: Definitions,
  exceptions: Readonly<Record<string, Exception>> = EXCEPTIONS,
): Record<string, Partial<Record<ToolSetName, string>>> {
  const users = new Map<string, Partial<Record<ToolSetName, string>>>();
  for (const set of SETS)
    for (const [module, version] of versions(texts[set]))
      users.set(module, { ...users.get(module), [set]: version });
  const differ = (found: readonly string[]) => new Set(found).size > 1;
  return Object.fromEntries(
    [...users].filter(([module, bySet]) => {
      const apart = exceptions[module]?.sets ?? [];
      const entries = Object.entries(bySet) as [ToolSetName, string][];
      const of = (wanted: boolean) =>
        entries.filter(([set]) => apart.includes(set) === wanted).map(([, version]) => version);
      return differ(of(true)) || differ(of(false));
    }),
  );
}

test('what two sets compile is of one version, and so compiled once', async () => {
  expect(differences(await definitions())).toEqual({});
});

test('a version that is changed in one set is found, in every set and where it is replaced', async () => {
  const texts = await definitions();
  const changed = (set: ToolSetName, line: string, other: string) => {
    expect(texts[set]).toContain(line);
    return Object.keys(differences({ ...texts, [set]: texts[set].replace(line, other) }));
  };
  for (const set of SETS) {
    const version = versions(texts[set]).get('golang.org/x/sys');
    expect(changed(set, `golang.org/x/sys ${version}`, 'golang.org/x/sys v0.1.0')).toEqual([
      'golang.org/x/sys',
    ]);
  }
  const replaced = 'k8s.io/client-go => k8s.io/client-go';
  expect(changed('metrics-server', `${replaced} v0.35.4`, `${replaced} v0.36.2`)).toEqual([
    'k8s.io/client-go',
  ]);
  // the sets of an exception share a version too
  const pdata = 'go.opentelemetry.io/collector/pdata';
  const version = versions(texts.pulumi).get(pdata);
  expect(changed('pulumi', `${pdata} ${version}`, `${pdata} v1.0.0`)).toEqual([pdata]);
});

test('every exception is still needed, for each set that it names', async () => {
  const texts = await definitions();
  const found = differences(texts, {});
  expect(Object.keys(found).sort()).toEqual(Object.keys(EXCEPTIONS).sort());
  for (const [module, { sets, reason }] of Object.entries(EXCEPTIONS)) {
    expect(reason).not.toBe('');
    const rest = new Set(
      SETS.filter((set) => !sets.includes(set)).map((set) => found[module]?.[set]),
    );
    for (const set of sets) {
      expect(found[module]).toHaveProperty([set]);
      expect(rest).not.toContain(found[module]?.[set]);
    }
  }
});
