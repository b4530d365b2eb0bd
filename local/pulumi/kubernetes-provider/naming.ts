import { createHash, randomBytes } from 'node:crypto';
import { isRecord, isUnknown, type Properties } from './property-values';

/** Marks an object whose name the provider chose; only such a name is carried over to an update. */
export const AUTONAMED = 'pulumi.com/autonamed';

/** How the user wants names to be made; `propose` names may be shortened, `enforce` names not. */
export interface NamingPolicy {
  readonly mode: 'propose' | 'enforce' | 'disable';
  readonly proposedName: string;
}

/** Longest name that every kind accepts in labels and in the names of pods that derive from it. */
const MAX_NAME_LENGTH = 253;

/**
 * Fills in `metadata.name` where the program left it out: the old name where the provider chose that
 * one, else the resource's name with eight hex digits.
 *
 * @param seed bytes from the engine, the same for preview and update
 * @throws Error where automatic names are turned off and there is no name
 */
export function assignName(
  inputs: Properties,
  olds: Properties,
  resourceName: string,
  seed: Uint8Array,
  policy?: NamingPolicy,
): Properties {
  const metadata = isRecord(inputs.metadata) ? (inputs.metadata as Properties) : {};
  if (isUnknown(inputs.metadata) || metadata.name || metadata.generateName) return inputs;
  const name = carriedName(olds) ?? chosenName(resourceName, seed, policy);
  const annotations = isRecord(metadata.annotations) ? (metadata.annotations as Properties) : {};
  return {
    ...inputs,
    metadata: { ...metadata, name, annotations: { ...annotations, [AUTONAMED]: 'true' } },
  };
}

/** Whether the provider chose the name. */
export function isAutonamed(inputs: Properties): boolean {
  const metadata = inputs.metadata;
  if (!isRecord(metadata) || !isRecord(metadata.annotations)) return false;
  return metadata.annotations[AUTONAMED] === 'true';
}

const FIELD_MANAGER = 'pulumi-kubernetes-';

/** A field manager of its own for each resource: two resources never silently share a field. */
export function newFieldManager(): string {
  return FIELD_MANAGER + randomBytes(4).toString('hex');
}

/** Whether a field manager is one that `newFieldManager` made. */
export function isOwnFieldManager(manager: string): boolean {
  return manager.startsWith(FIELD_MANAGER);
}

function carriedName(olds: Properties): string | undefined {
  const metadata = olds.metadata;
  if (!isAutonamed(olds) || !isRecord(metadata)) return undefined;
  return typeof metadata.name === 'string' ? metadata.name : undefined;
}

function chosenName(resourceName: string, seed: Uint8Array, policy?: NamingPolicy): string {
  if (policy?.mode === 'disable') {
    throw new Error(
      `"metadata.name" of resource "${resourceName}" is missing and automatic names are turned off: set a name`,
    );
  }
  if (policy !== undefined && policy.proposedName !== '') return policy.proposedName;
  const random =
    seed.length > 0
      ? createHash('sha256').update(seed).digest('hex')
      : randomBytes(4).toString('hex');
  return `${resourceName.slice(0, MAX_NAME_LENGTH - 9)}-${random.slice(0, 8)}`;
}
