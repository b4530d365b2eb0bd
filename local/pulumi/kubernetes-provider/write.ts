import { randomBytes } from 'node:crypto';
import { ApiError, isMissingNamespace, isTransient, UnknownKindError } from './api-error';
import { skipsAwait, timeoutOf, waitUntilReady } from './await/wait';
import { describeConflict, isFieldConflict, PATCH_FORCE } from './field-conflict';
import { initFailure } from './init-failure';
import { annotation, referenceOf, resourceId, type KubeObject } from './kube-object';
import { composeOutputs } from './outputs';
import { isRecord, reveal, type Properties, type Value } from './property-values';
import { retry } from './retry';
import type { Session } from './session';

const PATCH_FIELD_MANAGER = 'pulumi.com/patchFieldManager';
/** How long a namespace, a kind or a webhook that is not there yet is waited for. */
const PREREQUISITES_MS = 60_000;

/** One object on its way to the cluster. */
export interface WriteOptions {
  readonly urn: string;
  readonly inputs: Properties;
  readonly fieldManager: string;
  /** Seconds from the resource option `customTimeouts`, 0 where it is not set. */
  readonly timeoutSeconds: number;
  readonly initialApiVersion?: string;
}

/** The object that the inputs describe, as the API takes it. */
export function objectOf(inputs: Properties): KubeObject {
  const object = reveal(inputs as Value) as unknown as KubeObject;
  const { generateName, name } = object.metadata ?? {};
  if (name !== undefined || generateName === undefined) return object;
  // server-side apply needs the name in the URL: made here as the server would make it
  const metadata = {
    ...object.metadata,
    name: generateName + randomBytes(3).toString('hex').slice(1),
  };
  return { ...object, metadata };
}

/** Whether the update may take fields from other managers. */
export function forces(session: Session, object: KubeObject): boolean {
  const own = annotation(object, PATCH_FORCE);
  return own === undefined ? session.config.enablePatchForce : own === 'true';
}

/** The manager that the user names for an object, where they do. */
export function namedFieldManager(inputs: Properties): string | undefined {
  const metadata = inputs.metadata;
  if (!isRecord(metadata) || !isRecord(metadata.annotations)) return undefined;
  const manager = metadata.annotations[PATCH_FIELD_MANAGER];
  return typeof manager === 'string' ? manager : undefined;
}

/** Asks the server to rehearse the change and answers the object as it would be. */
export async function rehearse(
  session: Session,
  object: KubeObject,
  options: Pick<WriteOptions, 'urn' | 'fieldManager'>,
): Promise<KubeObject> {
  return apply(session, object, options, true);
}

/** Applies the object, and waits until it is ready unless the user wants no wait. */
export async function write(
  session: Session,
  object: KubeObject,
  options: WriteOptions,
): Promise<{ id: string; outputs: Properties }> {
  const { urn, inputs, fieldManager } = options;
  const timeoutMs = timeoutOf(object, options.timeoutSeconds);
  const applied = await retry(() => apply(session, object, options, false), {
    when: (error) =>
      error instanceof UnknownKindError ||
      isMissingNamespace(error, referenceOf(object)) ||
      (isTransient(error) && !isFieldConflict(error)),
    forMs: Math.min(PREREQUISITES_MS, timeoutMs),
    signal: session.cancelled,
    onRetry: (error) => session.log.status(urn, `trying again: ${error.message}`),
  });
  const id = resourceId(referenceOf(applied));
  const outputsOf = (live: KubeObject) =>
    composeOutputs(live, inputs, fieldManager, options.initialApiVersion);
  if (skipsAwait(object)) return { id, outputs: outputsOf(applied) };

  const { live, reasons } = await waitUntilReady(session.cluster, applied, {
    timeoutMs,
    signal: session.cancelled,
    onStatus: (status) => session.log.status(urn, status),
  }).catch((error: unknown) => {
    // the object exists: whatever goes wrong from here on, it must not drop out of the state
    return { live: applied, reasons: [error instanceof Error ? error.message : String(error)] };
  });
  if (reasons.length > 0) throw initFailure({ id, outputs: outputsOf(live), inputs, reasons });
  return { id, outputs: outputsOf(live) };
}

async function apply(
  session: Session,
  object: KubeObject,
  { urn, fieldManager }: Pick<WriteOptions, 'urn' | 'fieldManager'>,
  dryRun: boolean,
): Promise<KubeObject> {
  try {
    return await session.cluster.apply(object, {
      fieldManager,
      dryRun,
      force: forces(session, object),
      signal: session.cancelled,
      onWarning: (warning) => session.log.warning(urn, warning),
    });
  } catch (error) {
    if (isFieldConflict(error)) throw new Error(describeConflict(error), { cause: error });
    throw error;
  }
}

/** Names the resource in a failure of the API server, as it is shown beside other resources' failures. */
export function failedTo(verb: string, urn: string, error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  return new Error(
    `resource "${urn}" was not successfully ${verb} by the Kubernetes API server: ${error.message}`,
    { cause: error },
  );
}
