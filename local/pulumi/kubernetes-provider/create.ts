import { isMissingNamespace, UnknownKindError } from './api-error';
import { referenceOf, type KubeObject, type ObjectReference } from './kube-object';
import { newFieldManager } from './naming';
import { composeOutputs, guessedOutputs, previewOutputs } from './outputs';
import { containsUnknown, type Properties } from './property-values';
import type { Session } from './session';
import { failedTo, namedFieldManager, objectOf, rehearse, write } from './write';

/** A creation request. */
export interface CreateOptions {
  readonly urn: string;
  readonly inputs: Properties;
  readonly preview: boolean;
  /** Seconds from the resource option `customTimeouts`, 0 where it is not set. */
  readonly timeoutSeconds: number;
}

/**
 * Creates the object and waits until it is ready; a preview only rehearses.
 *
 * @throws Error where the object exists already, or where the server refuses it
 * @throws StatusError where the object was made but did not become ready in time
 */
export async function createResource(
  session: Session,
  options: CreateOptions,
): Promise<{ id: string; outputs: Properties }> {
  const { urn, inputs, preview, timeoutSeconds } = options;
  const fieldManager = namedFieldManager(inputs) ?? newFieldManager();
  if (preview) return { id: '', outputs: await previewCreate(session, options, fieldManager) };
  const object = objectOf(inputs);
  const existing = await find(session, referenceOf(object));
  if (existing !== undefined && !session.config.upsertExistingObjects) {
    throw alreadyExists(urn, await pluralOf(session, object), object);
  }
  try {
    return await write(session, object, { urn, inputs, fieldManager, timeoutSeconds });
  } catch (error) {
    throw failedTo('created', urn, error);
  }
}

async function previewCreate(
  session: Session,
  { urn, inputs }: CreateOptions,
  fieldManager: string,
): Promise<Properties> {
  if (containsUnknown(inputs)) return guessedOutputs(inputs);
  const object = objectOf(inputs);
  try {
    const existing = await find(session, referenceOf(object));
    if (existing !== undefined) {
      // the rehearsal would be measured against the object that is about to go
      if (session.compared.has(urn)) return guessedOutputs(inputs);
      if (!session.config.upsertExistingObjects) {
        throw alreadyExists(urn, await pluralOf(session, object), object);
      }
      const upserted = await rehearse(session, object, { urn, fieldManager });
      return composeOutputs(upserted, inputs, fieldManager);
    }
    return previewOutputs(await rehearse(session, object, { urn, fieldManager }), inputs);
  } catch (error) {
    // both may come with this very deployment
    if (error instanceof UnknownKindError) return guessedOutputs(inputs);
    if (isMissingNamespace(error, referenceOf(object))) return guessedOutputs(inputs);
    throw failedTo('created', urn, error);
  }
}

async function find(session: Session, reference: ObjectReference): Promise<KubeObject | undefined> {
  try {
    return await session.cluster.get(reference, session.cancelled);
  } catch (error) {
    if (error instanceof UnknownKindError) return undefined;
    throw error;
  }
}

async function pluralOf(session: Session, object: KubeObject): Promise<string> {
  return (await session.cluster.find(object.apiVersion, object.kind)).plural;
}

function alreadyExists(urn: string, plural: string, object: KubeObject): Error {
  const name = object.metadata.name;
  return new Error(
    [
      `resource "${urn}" was not successfully created by the Kubernetes API server: ${plural} "${name}" already exists`,
      'the ways out:',
      '  - after a rename of the resource in the program: set "aliases" to the old name, or "deleteBeforeReplace"',
      `  - to change some of its fields only: use the Patch resource "${object.kind}Patch"`,
      `  - to take it over: "pulumi import", or the resource option "import"`,
      '  - to take over whatever exists: set "upsertExistingObjects" on the provider',
    ].join('\n'),
  );
}
