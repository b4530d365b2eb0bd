import { UnknownKindError } from './api-error';
import { assignName, type NamingPolicy } from './naming';
import { isRecord, isUnknown, removeAt, type Properties } from './property-values';
import { normalizeSecret } from './secrets';
import type { Session } from './session';
import { refusedType } from './type-token';

/** A wrong input, by the property that holds it. */
export interface InputFailure {
  readonly property: string;
  readonly reason: string;
}

/** The inputs of one resource, before they are completed. */
export interface CheckOptions {
  readonly type: string;
  readonly name: string;
  readonly olds: Properties;
  readonly news: Properties;
  readonly seed: Uint8Array;
  readonly naming?: NamingPolicy;
}

/** Completes the inputs (name, namespace, form of secrets) and lists what is wrong with them. */
export async function checkInputs(
  session: Session,
  options: CheckOptions,
): Promise<{ inputs: Properties; failures: InputFailure[] }> {
  const { news } = options;
  const { apiVersion, kind } = news;
  const refused = refusedType(options.type, typeof kind === 'string' ? kind : undefined);
  if (refused !== undefined) return { inputs: news, failures: [{ property: '', reason: refused }] };
  const failures = (['apiVersion', 'kind'] as const)
    .filter((property) => typeof news[property] !== 'string')
    .map((property) => ({
      property,
      reason: `"${property}" must be a string, got ${JSON.stringify(news[property] ?? null)}`,
    }));
  if (failures.length > 0) return { inputs: news, failures };

  const pruned = normalizeSecret(withoutNulls(news) as Properties);
  const named = assignName(pruned, options.olds, options.name, options.seed, options.naming);
  const namespaced = isUnknown(apiVersion) ? undefined : await scope(session, named);
  return { inputs: withNamespace(named, namespaced, session), failures: [] };
}

function withNamespace(
  inputs: Properties,
  namespaced: boolean | undefined,
  session: Session,
): Properties {
  const metadata = inputs.metadata;
  if (namespaced === undefined || !isRecord(metadata)) return inputs;
  if (namespaced && !metadata.namespace) {
    const namespace = session.cluster.defaultNamespace;
    return { ...inputs, metadata: { ...(metadata as Properties), namespace } };
  }
  if (!namespaced && 'namespace' in metadata) {
    // charts put their namespace on everything; the server would drop it and the id would be wrong
    return removeAt(inputs, ['metadata', 'namespace']) as Properties;
  }
  return inputs;
}

/** Whether objects of the kind live in namespaces; undefined where the cluster does not know the kind. */
async function scope(session: Session, inputs: Properties): Promise<boolean | undefined> {
  try {
    const resource = await session.cluster.find(String(inputs.apiVersion), String(inputs.kind));
    return resource.namespaced;
  } catch (error) {
    if (error instanceof UnknownKindError) return undefined;
    throw error;
  }
}

/** Helm values and optional arguments leave nulls behind; to the API server they mean "delete". */
function withoutNulls(value: Properties[string]): Properties[string] {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value as Properties)
      .filter(([, item]) => item !== null)
      .map(([key, item]) => [key, withoutNulls(item)]),
  );
}
