import { UnknownKindError } from './api-error';
import { judgeOnce } from './await/wait';
import { driftedInputs, importedInputs } from './drift';
import { initFailure } from './init-failure';
import { parseResourceId, referenceOf, resourceId, type KubeObject } from './kube-object';
import { isOwnFieldManager, newFieldManager } from './naming';
import { composeOutputs, liveObject, recordedApiVersion, recordedFieldManager } from './outputs';
import { conceal, reveal, secretPaths, type Properties, type Value } from './property-values';
import { normalizeSecret } from './secrets';
import type { Session } from './session';
import { parseTypeToken } from './type-token';
import { namedFieldManager } from './write';

/** One object to look at; without old values it is taken over as it is. */
export interface ReadOptions {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly oldInputs: Properties;
  readonly oldOutputs: Properties;
}

/** The object as the cluster has it now; undefined where it is gone. */
export interface ReadResult {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/**
 * Reads the object again, for a refresh, an import or a look-up.
 *
 * @throws StatusError where the object is there but does not do its work
 */
export async function readResource(
  session: Session,
  options: ReadOptions,
): Promise<ReadResult | undefined> {
  const { apiVersion, kind } = typeOf(options);
  const { name, namespace } = parseResourceId(options.id);
  let live: KubeObject | undefined;
  try {
    const { namespaced } = await session.cluster.find(apiVersion, kind);
    const home = namespaced ? (namespace ?? session.cluster.defaultNamespace) : undefined;
    live = await session.cluster.get(
      { apiVersion, kind, name, namespace: home },
      session.cancelled,
    );
  } catch (error) {
    // a kind that the cluster no longer has takes all of its objects with it
    if (error instanceof UnknownKindError) return undefined;
    throw error;
  }
  if (live === undefined) return undefined;

  const manager = managerOf(options, live);
  if (manager === undefined) return undefined;
  const id = resourceId(referenceOf(live));
  const inputs = currentInputs(options, live);
  const outputs = composeOutputs(live, inputs, manager, recordedApiVersion(options.oldOutputs));
  const reasons = await judgeOnce(session.cluster, live);
  if (reasons.length > 0) throw initFailure({ id, inputs, outputs, reasons });
  return { id, inputs, outputs };
}

function typeOf(options: ReadOptions): { apiVersion: string; kind: string } {
  const { apiVersion, kind } = options.oldInputs;
  if (typeof apiVersion === 'string' && typeof kind === 'string') return { apiVersion, kind };
  return parseTypeToken(options.type);
}

/**
 * A creation of which nobody knows how it ended has inputs and no outputs. Where its object was made,
 * one of our managers applied it, and goes on; otherwise somebody else has an object of this name.
 */
function managerOf(options: ReadOptions, live: KubeObject): string | undefined {
  if (!wasBegun(options)) return recordedFieldManager(options.oldOutputs) ?? newFieldManager();
  const named = namedFieldManager(options.oldInputs);
  const appliers = (live.metadata.managedFields ?? [])
    .filter(({ operation, subresource }) => operation === 'Apply' && !subresource)
    .map(({ manager }) => manager ?? '');
  return appliers.find((manager) => manager === named || isOwnFieldManager(manager));
}

function wasBegun({ oldInputs, oldOutputs }: ReadOptions): boolean {
  return Object.keys(oldInputs).length > 0 && Object.keys(oldOutputs).length === 0;
}

function currentInputs(options: ReadOptions, live: KubeObject): Properties {
  const object = live as unknown as Properties;
  if (Object.keys(options.oldInputs).length === 0) return normalizeSecret(importedInputs(object));
  if (wasBegun(options)) return options.oldInputs;
  const inputs = reveal(options.oldInputs as Value) as Properties;
  const drifted = driftedInputs(inputs, liveObject(options.oldOutputs), object);
  return normalizeSecret(conceal(drifted, secretPaths(options.oldInputs)));
}
