import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  nanos,
  type ConsumerConfig,
  type JetStreamManager,
  type NatsError,
  type StreamConfig,
} from 'nats';
import { type ConsumerSpec, type StreamSpec } from '../protocol/streams';

/** What the server has differs from what is wanted in a way that no update can change. */
export class ConflictError extends Error {}

/** What was done. */
export type EnsureResult = 'created' | 'recreated' | 'updated' | 'unchanged';

/** The server's code where a stream does not exist. */
export const STREAM_NOT_FOUND = 10059;
const CONSUMER_NOT_FOUND = 10014;

/**
 * Creates a stream or brings it up to date. Messages in it are kept.
 *
 * @param replicas copies of the stream in a NATS cluster
 * @throws ConflictError where the existing stream cannot be changed into the wanted one
 */
export async function ensureStream(
  manager: JetStreamManager,
  spec: StreamSpec,
  replicas: number,
): Promise<EnsureResult> {
  const wanted = streamConfig(spec, replicas);
  const found = await orMissing(manager.streams.info(spec.name), STREAM_NOT_FOUND);
  if (!found) {
    await manager.streams.add(wanted);
    return 'created';
  }
  const fixed = ['retention', 'storage'] as const;
  for (const field of fixed) {
    if (found.config[field] === wanted[field]) continue;
    throw new ConflictError(
      `'${field}' of stream "${spec.name}" is "${found.config[field]}" and must be ` +
        `"${wanted[field]}", which cannot be changed: delete the stream with its messages, ` +
        'or choose another name',
    );
  }
  const name = `stream "${spec.name}"`;
  for (const field of ['mirror', 'sources', 'subject_transform'] as const) {
    if (found.config[field] === undefined) continue;
    throw new ConflictError(`${name} must have no '${field}': remove it from the stream`);
  }
  if (!differs(found.config, wanted)) return 'unchanged';
  // a limit below what is inside drops nothing: a stream that refuses new messages keeps what it has
  const update = manager.streams.update(spec.name, { ...found.config, ...wanted });
  const { config } = await conflictsExplained(name, update);
  requireTaken(name, config, wanted);
  return 'updated';
}

/** Removes a stream with its messages, where it exists. */
export async function removeStream(
  manager: JetStreamManager,
  name: string,
): Promise<'removed' | 'absent'> {
  // looks first: the server tells everybody who listens of each request to delete
  if (!(await orMissing(manager.streams.info(name), STREAM_NOT_FOUND))) return 'absent';
  const removed = await orMissing(manager.streams.delete(name), STREAM_NOT_FOUND);
  return removed ? 'removed' : 'absent';
}

/**
 * Creates a durable pull consumer or brings it up to date. Its position in the stream is kept.
 *
 * @throws ConflictError where the existing consumer cannot be changed into the wanted one
 */
export async function ensureConsumer(
  manager: JetStreamManager,
  spec: ConsumerSpec,
): Promise<EnsureResult> {
  const name = `consumer "${spec.durable}" of stream "${spec.stream}"`;
  const wanted = consumerConfig(spec);
  const found = await orMissing(
    manager.consumers.info(spec.stream, spec.durable),
    CONSUMER_NOT_FOUND,
  );
  if (!found) {
    await manager.consumers.add(spec.stream, wanted);
    return 'created';
  }
  const how = 'delete the consumer, or choose another name';
  if (found.config.deliver_subject) {
    throw new ConflictError(
      `${name} pushes to "${found.config.deliver_subject}" and must be a pull consumer: ${how}`,
    );
  }
  for (const field of ['ack_policy', 'deliver_policy', 'max_waiting'] as const) {
    if (found.config[field] === wanted[field]) continue;
    throw new ConflictError(
      `'${field}' of ${name} is "${found.config[field]}" and must be "${wanted[field]}", ` +
        `which cannot be changed: ${how}`,
    );
  }
  if (found.paused) {
    throw new ConflictError(`${name} is paused until ${found.config.pause_until}: resume it`);
  }
  // what was delivered that often is never delivered again, not even without the limit
  if ((found.config.max_deliver ?? -1) > 0) {
    await manager.consumers.delete(spec.stream, spec.durable);
    await manager.consumers.add(spec.stream, wanted);
    return 'recreated';
  }
  if (!differs(found.config, wanted)) return 'unchanged';
  // of the two forms of a filter, the server accepts one
  const config = { ...found.config, filter_subjects: undefined, ...wanted };
  const update = manager.consumers.update(spec.stream, spec.durable, config);
  requireTaken(name, (await conflictsExplained(name, update)).config, wanted);
  return 'updated';
}

/** Every field that the lab depends on, also those whose wanted value is the server's default. */
function streamConfig(
  spec: StreamSpec,
  replicas: number,
): Partial<StreamConfig> & { name: string } {
  return {
    name: spec.name,
    description: spec.description,
    subjects: [...spec.subjects],
    retention: spec.retention === 'workqueue' ? RetentionPolicy.Workqueue : RetentionPolicy.Limits,
    storage: spec.storage === 'file' ? StorageType.File : StorageType.Memory,
    discard: spec.whenFull === 'refuse-new' ? DiscardPolicy.New : DiscardPolicy.Old,
    max_age: nanos((spec.maxAgeSeconds ?? 0) * 1000),
    max_bytes: spec.maxBytes,
    max_msg_size: -1,
    max_msgs: -1,
    max_msgs_per_subject: -1,
    duplicate_window: nanos(spec.duplicateWindowSeconds * 1000),
    no_ack: false,
    sealed: false,
    num_replicas: replicas,
  };
}

function consumerConfig(spec: ConsumerSpec): Partial<ConsumerConfig> {
  return {
    durable_name: spec.durable,
    filter_subject: spec.filterSubject,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(spec.ackWaitSeconds * 1000),
    // workers count the attempts: what the server stops to deliver would never be answered
    max_deliver: -1,
    max_ack_pending: spec.maxAckPending,
    // each pull waits by itself; the server drops those above its default of 512 without a word
    max_waiting: spec.maxAckPending,
    max_batch: 0,
    max_bytes: 0,
    max_expires: 0,
    inactive_threshold: 0,
    headers_only: false,
    backoff: [],
  };
}

/** @throws ConflictError where the server accepted an update and did not apply it */
function requireTaken(name: string, found: object, wanted: object): void {
  if (!differs(found, wanted)) return;
  throw new ConflictError(
    `${name} cannot be updated: the server keeps its configuration; delete it, or choose another name`,
  );
}

/** Whether the server's configuration differs from what is wanted; it leaves out what is empty. */
export function differs(found: object, wanted: object): boolean {
  const existing = found as Record<string, unknown>;
  return Object.entries(wanted).some(([key, value]) => {
    const empty = Array.isArray(value) ? [] : typeof value === 'number' ? 0 : false;
    return JSON.stringify(existing[key] ?? empty) !== JSON.stringify(value);
  });
}

/** What was asked for, or undefined where the server says that it does not exist. */
export async function orMissing<T>(info: Promise<T>, missingCode: number): Promise<T | undefined> {
  try {
    return await info;
  } catch (error) {
    if ((error as NatsError).api_error?.err_code === missingCode) return undefined;
    throw error;
  }
}

/**
 * The server refuses some updates by itself; its reason is worth more than its stack.
 *
 * @throws ConflictError with that reason
 */
export async function conflictsExplained<T>(name: string, update: Promise<T>): Promise<T> {
  try {
    return await update;
  } catch (error) {
    const refusal = (error as NatsError).api_error;
    if (!refusal || refusal.code >= 503) throw error;
    throw new ConflictError(`${name} cannot be updated: ${refusal.description}`, { cause: error });
  }
}
