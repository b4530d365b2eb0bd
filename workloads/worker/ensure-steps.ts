import { type JetStreamManager, type NatsConnection } from 'nats';
import { RETIRED_STREAMS, type StreamSpec, DESIRED } from '../protocol/streams';
import { errorSubjectFor, REPLY_PREFIX } from '../protocol/subjects';
import { ensureBucket } from './ensure-bucket';
import { ensureConsumer, ensureStream, removeStream, type EnsureResult } from './ensure-stream';

/** Where the requests and the answers are. */
export interface EnsureTarget {
  readonly natsStream: string;
  readonly natsConsumer: string;
  readonly requestSubject: string;
  readonly responseSubject: string;
  /** Copies of each stream in a NATS cluster. */
  readonly replicas: number;
}

/** One thing that has to be in NATS, or has to be gone. */
export interface EnsureStep {
  readonly kind: 'stream' | 'consumer' | 'bucket';
  readonly name: string;
  /** @throws ConflictError where no update can bring it about */
  run(): Promise<EnsureResult | 'removed' | 'absent'>;
}

/** Everything that the lab keeps in NATS, in the order in which it has to come. */
export async function ensureSteps(
  connection: NatsConnection,
  target: EnsureTarget,
): Promise<EnsureStep[]> {
  const manager = await connection.jetstreamManager();
  const { natsStream, natsConsumer, requestSubject, replicas } = target;
  const { bucket } = DESIRED;
  const consumer = {
    ...DESIRED.consumer,
    durable: natsConsumer,
    stream: natsStream,
    filterSubject: requestSubject,
  };
  return [
    ...desiredStreams(target).map((spec) => ({
      kind: 'stream' as const,
      name: spec.name,
      run: () => ensureStream(manager, spec, replicas),
    })),
    { kind: 'bucket', name: bucket.name, run: () => ensureBucket(connection, bucket, replicas) },
    { kind: 'consumer', name: consumer.durable, run: () => ensureConsumer(manager, consumer) },
    // after the consumer: it tells of requests that the old one no longer delivered
    ...RETIRED_STREAMS.map((name) => removal(manager, name)),
  ];
}

function removal(manager: JetStreamManager, name: string): EnsureStep {
  return { kind: 'stream', name, run: () => removeStream(manager, name) };
}

function desiredStreams(target: EnsureTarget): StreamSpec[] {
  const { natsStream, requestSubject, responseSubject } = target;
  const [memes, responses, ...others] = DESIRED.streams;
  const answers = [responseSubject, errorSubjectFor(responseSubject), `${REPLY_PREFIX}>`];
  return [
    { ...memes, name: natsStream, subjects: [requestSubject] },
    { ...responses, subjects: answers },
    ...others,
  ];
}
