import { isTransient, UnknownKindError } from './api-error';
import { skipsAwait, timeoutOf } from './await/wait';
import { annotation, parseResourceId, type KubeObject, type ObjectReference } from './kube-object';
import { liveObject } from './outputs';
import type { Properties } from './property-values';
import { pause, pollInterval, retry } from './retry';
import type { Session } from './session';
import { parseTypeToken } from './type-token';
import { failedTo } from './write';

const PROPAGATION_POLICY = 'pulumi.com/deletionPropagationPolicy';
const POLICIES = ['background', 'foreground', 'orphan'];
const RETRY_MS = 60_000;

/** A deletion request. */
export interface DeleteOptions {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly outputs: Properties;
  /** Seconds from the resource option `customTimeouts`, 0 where it is not set. */
  readonly timeoutSeconds: number;
}

/**
 * Deletes the object and waits until it is gone with all that it owns; for a namespace that means
 * until its contents are. An object that is gone already is no failure.
 *
 * @throws Error where the object is still there when time is up; it says what holds it
 */
export async function deleteResource(session: Session, options: DeleteOptions): Promise<void> {
  const object = liveObject(options.outputs) as unknown as KubeObject;
  const { apiVersion, kind } =
    typeof object.apiVersion === 'string' ? object : parseTypeToken(options.type);
  const reference = { apiVersion, kind, ...parseResourceId(options.id) };
  const propagation = propagationOf(object);
  try {
    const found = await retry(
      () => session.cluster.delete(reference, propagation, session.cancelled),
      { when: isTransient, forMs: RETRY_MS, signal: session.cancelled },
    );
    if (found && !skipsAwait(object)) {
      await waitUntilGone(session, options, reference, timeoutOf(object, options.timeoutSeconds));
    }
  } catch (error) {
    if (error instanceof UnknownKindError) return;
    throw failedTo('deleted', options.urn, error);
  }
}

async function waitUntilGone(
  session: Session,
  options: DeleteOptions,
  reference: ObjectReference,
  timeoutMs: number,
): Promise<void> {
  const started = Date.now();
  let uid: string | undefined;
  let shown = '';
  for (;;) {
    const live = await look(session, reference);
    if (live === undefined) return;
    if (live !== 'unreachable') {
      uid ??= live.metadata.uid;
      // somebody has made another object of the same name: ours is gone
      if (live.metadata.uid !== uid || live.metadata.deletionTimestamp === undefined) return;
      const hold = holdOf(live);
      if (hold !== shown) session.log.status(options.urn, hold);
      shown = hold;
    }
    if (Date.now() - started >= timeoutMs) {
      const seconds = Math.round(timeoutMs / 1_000);
      throw new Error(`resource "${options.id}" was not gone after ${seconds} s: ${shown}`);
    }
    await pause(pollInterval(Date.now() - started), session.cancelled);
  }
}

async function look(
  session: Session,
  reference: ObjectReference,
): Promise<KubeObject | 'unreachable' | undefined> {
  try {
    return await session.cluster.get(reference);
  } catch (error) {
    if (isTransient(error)) return 'unreachable';
    throw error;
  }
}

function holdOf(live: KubeObject): string {
  const conditions = (live.status as { conditions?: { status: string; message?: string }[] })
    ?.conditions;
  const remaining = (conditions ?? [])
    .filter(({ status, message }) => status === 'True' && /remain|finaliz/.test(message ?? ''))
    .map(({ message }) => message);
  if (live.kind === 'Namespace' && remaining.length > 0) return remaining.join('; ');
  const finalizers = (live.metadata.finalizers ?? []).filter(
    (name) => name !== 'foregroundDeletion',
  );
  if (finalizers.length > 0) return `waiting for finalizers: ${finalizers.join(', ')}`;
  return 'waiting for the object to be gone';
}

function propagationOf(object: KubeObject): string {
  const policy = annotation(object, PROPAGATION_POLICY)?.toLowerCase() ?? 'foreground';
  if (!POLICIES.includes(policy)) {
    throw new Error(
      `annotation "${PROPAGATION_POLICY}" must be one of ${POLICIES.join(', ')}, got "${policy}"`,
    );
  }
  return policy.charAt(0).toUpperCase() + policy.slice(1);
}
