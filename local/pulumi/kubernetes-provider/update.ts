import { isMissingNamespace, UnknownKindError } from './api-error';
import { yieldIgnoredFields } from './field-ownership';
import { parseResourceId, referenceOf, type KubeObject } from './kube-object';
import { newFieldManager } from './naming';
import {
  composeOutputs,
  guessedOutputs,
  recordedApiVersion,
  recordedFieldManager,
} from './outputs';
import { containsUnknown, type Properties } from './property-values';
import type { Session } from './session';
import { failedTo, namedFieldManager, objectOf, rehearse, write } from './write';

/** An update request. */
export interface UpdateOptions {
  readonly urn: string;
  readonly id: string;
  readonly oldOutputs: Properties;
  readonly inputs: Properties;
  /** Property paths whose changes the user ignores. */
  readonly ignoreChanges: readonly string[];
  readonly preview: boolean;
  /** Seconds from the resource option `customTimeouts`, 0 where it is not set. */
  readonly timeoutSeconds: number;
}

/**
 * Changes the object and waits until it is ready again; a preview only rehearses, and so shows what
 * the server would make of the change.
 *
 * @throws Error where the server refuses it, or where another manager owns some of its fields
 * @throws StatusError where the object was changed but did not become ready in time
 */
export async function updateResource(
  session: Session,
  options: UpdateOptions,
): Promise<Properties> {
  const { urn, inputs, oldOutputs, preview, timeoutSeconds } = options;
  if (preview && containsUnknown(inputs)) return guessedOutputs(inputs);
  const fieldManager =
    namedFieldManager(inputs) ?? recordedFieldManager(oldOutputs) ?? newFieldManager();
  const initialApiVersion = recordedApiVersion(oldOutputs);
  try {
    const object = await yieldIgnored(session, options, fieldManager);
    if (preview) {
      const rehearsed = await rehearse(session, object, { urn, fieldManager });
      return composeOutputs(rehearsed, inputs, fieldManager, initialApiVersion);
    }
    const written = { urn, inputs, fieldManager, timeoutSeconds, initialApiVersion };
    return (await write(session, object, written)).outputs;
  } catch (error) {
    const absent = error instanceof UnknownKindError || isMissingNamespace(error, named(options));
    if (preview && absent) return guessedOutputs(inputs);
    throw failedTo('updated', urn, error);
  }
}

async function yieldIgnored(
  session: Session,
  options: UpdateOptions,
  fieldManager: string,
): Promise<KubeObject> {
  const object = objectOf(options.inputs);
  const reference = named(options);
  const target = { ...object, metadata: { ...object.metadata, name: reference.name } };
  if (options.ignoreChanges.length === 0) return target;
  const live = await session.cluster.get(reference, session.cancelled);
  if (live === undefined) return target;
  return yieldIgnoredFields(target, live, options.ignoreChanges, fieldManager);
}

/** The inputs say which kind it is, the id says which object: a generated name is only there. */
function named(options: UpdateOptions) {
  return { ...referenceOf(objectOf(options.inputs)), ...parseResourceId(options.id) };
}
