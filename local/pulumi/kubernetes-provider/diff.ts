import { groupOf } from './kube-object';
import { needsReplacement } from './immutable-fields';
import { isAutonamed } from './naming';
import { differences, type Difference } from './property-diff';
import { formatPath } from './property-path';
import { reveal, valueAt, type Properties } from './property-values';
import type { ProviderConfig } from './provider-config';

/** One changed property and whether it forces another object. */
export interface PropertyChange {
  readonly path: string;
  readonly kind: Difference['kind'];
  readonly replaces: boolean;
}

/** What an update would change. */
export interface ResourceDiff {
  readonly changes: readonly PropertyChange[];
  /** Whether the old object must go first, because the new one has the same name. */
  readonly deleteBeforeReplace: boolean;
}

/** Compares the inputs of the last update with the new ones. */
export function diffInputs(
  oldInputs: Properties,
  newInputs: Properties,
  config: Pick<ProviderConfig, 'enableConfigMapMutable' | 'enableSecretMutable'>,
): ResourceDiff {
  const before = reveal(oldInputs);
  const after = reveal(newInputs);
  const type = { apiVersion: String(after.apiVersion), kind: String(after.kind) };
  const mutable = {
    configMaps: config.enableConfigMapMutable,
    secrets: config.enableSecretMutable,
  };
  const changes = differences(before, after).map(({ path, kind }) => ({
    path: formatPath(path),
    kind,
    replaces:
      needsReplacement(type, path, mutable) ||
      (path[0] === 'apiVersion' && groupOf(String(before.apiVersion)) !== groupOf(type.apiVersion)),
  }));
  return { changes, deleteBeforeReplace: sameObject(before, after) };
}

function sameObject(before: Properties, after: Properties): boolean {
  const same = (key: string) =>
    valueAt(before, ['metadata', key]) === valueAt(after, ['metadata', key]);
  const generated = valueAt(after, ['metadata', 'generateName']) !== undefined;
  return same('name') && same('namespace') && !isAutonamed(after) && !generated;
}
