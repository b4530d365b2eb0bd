import { isTransient, CancelledError } from '../api-error';
import type { Cluster } from '../cluster';
import { annotation, referenceOf, resourceId, type KubeObject } from '../kube-object';
import { pause, pollInterval } from '../retry';
import { readinessCheckOf } from './checks';
import type { Readiness, ReadinessCheck } from './readiness';

const SKIP_AWAIT = 'pulumi.com/skipAwait';
const TIMEOUT_SECONDS = 'pulumi.com/timeoutSeconds';
const DEFAULT_TIMEOUT_SECONDS = 600;

/** How a wait is done. */
export interface WaitOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Told what the object waits for, when that changes. */
  readonly onStatus: (status: string) => void;
}

/** The live object as it was last seen, and what to tell where it is not ready; empty where it is. */
export interface WaitResult {
  readonly live: KubeObject;
  readonly reasons: readonly string[];
}

/** Whether the user wants no wait for this object. */
export function skipsAwait(object: KubeObject): boolean {
  return annotation(object, SKIP_AWAIT) === 'true';
}

/**
 * How long to wait for an object, in milliseconds: the resource option's time, else the annotation's,
 * else ten minutes.
 *
 * @param customSeconds the resource option `customTimeouts`, 0 where it is not set
 * @throws Error where the annotation is not a number of seconds
 */
export function timeoutOf(object: KubeObject, customSeconds: number): number {
  if (customSeconds > 0) return customSeconds * 1_000;
  const text = annotation(object, TIMEOUT_SECONDS);
  if (text === undefined) return DEFAULT_TIMEOUT_SECONDS * 1_000;
  const seconds = Number(text);
  if (!Number.isFinite(seconds) || seconds <= 0) {
    throw new Error(
      `annotation "${TIMEOUT_SECONDS}" must be a number of seconds above 0, got "${text}"`,
    );
  }
  return seconds * 1_000;
}

/** Waits until the object is ready, has failed, or time is up. */
export async function waitUntilReady(
  cluster: Cluster,
  object: KubeObject,
  options: WaitOptions,
): Promise<WaitResult> {
  const check = readinessCheckOf(object);
  if (check === undefined || skipsAwait(object)) return { live: object, reasons: [] };
  const started = Date.now();
  let live = object;
  let shown = '';
  for (;;) {
    const waitedMs = Date.now() - started;
    const readiness = await judge(cluster, check, live, waitedMs);
    if (readiness.status !== shown) options.onStatus(readiness.status);
    shown = readiness.status;
    if (readiness.ready) return { live, reasons: [] };
    const name = `'${object.metadata.name}'`;
    if (readiness.failed)
      return { live, reasons: [summary(live, `${name} failed`), ...readiness.reasons] };
    if (waitedMs >= options.timeoutMs) {
      const headline = summary(live, `${name} timed out waiting to be Ready`);
      return { live, reasons: [headline, ...readiness.reasons] };
    }
    try {
      await pause(pollInterval(waitedMs), options.signal);
    } catch (error) {
      if (!(error instanceof CancelledError)) throw error;
      const headline = summary(live, `the wait for ${name} was cancelled`);
      return { live, reasons: [headline, ...readiness.reasons] };
    }
    const seen = await look(cluster, live);
    if (seen === undefined) {
      return { live, reasons: [summary(live, `${name} was deleted by somebody else meanwhile`)] };
    }
    live = seen;
  }
}

/** Judges an object once, without waiting; the reasons are empty where it is ready. */
export async function judgeOnce(cluster: Cluster, live: KubeObject): Promise<readonly string[]> {
  const check = readinessCheckOf(live);
  if (check === undefined || skipsAwait(live)) return [];
  const readiness = await judge(cluster, check, live, Number.POSITIVE_INFINITY);
  return readiness.ready ? [] : readiness.reasons;
}

async function judge(
  cluster: Cluster,
  check: ReadinessCheck,
  live: KubeObject,
  waitedMs: number,
): Promise<Readiness> {
  try {
    return await check(live, {
      get: (reference) => cluster.get(reference),
      list: (type, labels) => cluster.list(type, labels),
      waitedMs,
    });
  } catch (error) {
    if (!isTransient(error)) throw error;
    const message = (error as Error).message;
    return { ready: false, status: message, reasons: [message] };
  }
}

async function look(cluster: Cluster, last: KubeObject): Promise<KubeObject | undefined> {
  try {
    return await cluster.get(referenceOf(last));
  } catch (error) {
    // an API server that restarts must not fail a wait of minutes; the last view stays
    if (isTransient(error)) return last;
    throw error;
  }
}

function summary(object: KubeObject, what: string): string {
  return (
    `resource "${resourceId(referenceOf(object))}" was successfully created, but the Kubernetes API server ` +
    `reported that it failed to fully initialize or become live: ${what}`
  );
}
