import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConsumerConfig, type JetStreamManager, type NatsConnection } from 'nats';
import { natsAccounts } from '../../charts/platform/nats/nats-accounts';
import { natsCredentials } from '../../workloads/protocol/nats-credentials';
import { type NatsUserName } from '../../charts/platform/nats/nats-users';
import { type MemeError, type MemeResponse } from '../../workloads/protocol/response';
import { CONSUMER, MEMES_STREAM, RESPONSES_STREAM } from '../../workloads/protocol/streams';
import { SUBJECTS } from '../../workloads/protocol/subjects';
import { type NatsSecrets, natsSecrets } from './nats-secrets';
import { endAtFault } from './end-at-fault';
import { NatsServer } from './nats-server';
import { RedisServer } from './redis-server';
import { run, runTs } from './run';
import { WorkerProcess } from './worker-process';

const REDIS_PASSWORD = 'redis-password';

/** An answer as it lies in the stream. */
export interface StoredAnswer {
  readonly subject: string;
  readonly id: string;
  /** Its place in a trace; empty without one. */
  readonly traceparent: string;
  readonly body: MemeResponse & MemeError;
}

/** How a lab differs from the usual one. */
export interface MemeLabOptions {
  /** Further lines of the NATS configuration. */
  readonly natsConfig?: string;
  /** Whether NATS has the lab's users, each with no more rights than it has there. */
  readonly secured?: boolean;
  /** Whether Redis keeps its data when it is restarted. */
  readonly persistentRedis?: boolean;
}

/** Stages the worker's image context into a temporary folder; what is tested is what is shipped. */
export async function stageWorker(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'worker-'));
  const result = await runTs('workloads/worker/build.ts', [folder]);
  if (result.code !== 0) throw new Error(`build failed:\n${result.stderr}`);
  return folder;
}

/** NATS and Redis with the streams of the meme generator, and any number of workers. */
export class MemeLab {
  private readonly workers: WorkerProcess[] = [];
  private started = 0;
  /** A client's own connection. */
  connection!: NatsConnection;
  /** For looking at streams and consumers. */
  manager!: JetStreamManager;

  private constructor(
    readonly nats: NatsServer,
    readonly redis: RedisServer,
    /** What {@link stageWorker} returned. */
    readonly staged: string,
    private readonly secrets: NatsSecrets | undefined,
  ) {}

  /** @param staged what {@link stageWorker} returned */
  static async start(staged: string, options: MemeLabOptions = {}): Promise<MemeLab> {
    const secrets = options.secured ? natsSecrets() : undefined;
    const config = [options.natsConfig ?? '', ...(secrets ? natsAccounts() : []), ''];
    const nats = await NatsServer.start(config.join('\n'), secrets?.serverEnv);
    const redis = await endAtFault([nats], () =>
      RedisServer.start(options.persistentRedis, REDIS_PASSWORD),
    );
    const lab = new MemeLab(nats, redis, staged, secrets);
    return endAtFault([nats, { stop: () => redis.remove() }], async () => {
      const credentials = natsCredentials(lab.env('operator'));
      const servers = nats.url;
      lab.connection = await connect({ servers, maxReconnectAttempts: -1, ...credentials });
      lab.manager = await lab.connection.jetstreamManager();
      return lab;
    });
  }

  /** Environment of a program that connects as a user. */
  env(user: NatsUserName): Record<string, string> {
    const credentials = this.secrets?.credentials(user);
    return { NATS_URL: this.nats.url, REDIS_URL: this.redis.url, REDIS_PASSWORD, ...credentials };
  }

  /**
   * Creates streams and consumer with the program that does it in the cluster.
   *
   * @param ackWaitSeconds shortens the wait for a dead worker's messages
   */
  async bootstrap(ackWaitSeconds?: number): Promise<void> {
    const result = await run('node', [join(this.staged, 'bootstrap.cjs'), '--once'], {
      env: this.env('bootstrap'),
    });
    if (result.code !== 0) throw new Error(`bootstrap failed:\n${result.stdout}${result.stderr}`);
    if (ackWaitSeconds !== undefined) await this.change({ ack_wait: ackWaitSeconds * 1e9 });
  }

  /** Starts a worker; by default it is waited for until it is ready. */
  async startWorker(
    env: Readonly<Record<string, string>> = {},
    options: { readonly untilReady?: boolean } = {},
  ): Promise<WorkerProcess> {
    const name = `worker-${this.started++}`;
    const settings = { ...this.env('worker'), POD_NAME: name, ...env };
    const worker = await WorkerProcess.start(join(this.staged, 'worker.cjs'), settings);
    this.workers.push(worker);
    if (options.untilReady ?? true) await worker.whenReady();
    return worker;
  }

  /** Publishes a request; text is sent as it is. */
  async request(body: object | string, messageId?: string): Promise<void> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    await this.connection
      .jetstream()
      .publish(SUBJECTS.request, text, messageId ? { msgID: messageId } : {});
  }

  /** All answers kept so far, in order. */
  async answers(): Promise<StoredAnswer[]> {
    const { state } = await this.manager.streams.info(RESPONSES_STREAM.name);
    const answers: StoredAnswer[] = [];
    for (let seq = state.first_seq; state.messages > 0 && seq <= state.last_seq; seq++) {
      const message = await this.manager.streams.getMessage(RESPONSES_STREAM.name, { seq });
      const body = message.json<MemeResponse & MemeError>();
      const { subject, header } = message;
      answers.push({
        subject,
        id: header.get('Meme-Request-Id'),
        traceparent: header.get('traceparent'),
        body,
      });
    }
    return answers;
  }

  /** Waits until so many answers are there, and a moment longer for those that must not come. */
  async whenAnswered(count: number, timeoutMs = 20_000): Promise<StoredAnswer[]> {
    await eventually(`${count} answers`, timeoutMs, async () => {
      const { state } = await this.manager.streams.info(RESPONSES_STREAM.name);
      return state.messages >= count;
    });
    await this.whenIdle(timeoutMs);
    return this.answers();
  }

  /** Waits until no request is left, neither waiting nor being worked on. */
  async whenIdle(timeoutMs = 20_000): Promise<void> {
    await eventually('an empty queue', timeoutMs, async () => {
      const { waiting, working } = await this.queue();
      return waiting + working === 0;
    });
  }

  /** Requests that wait and requests that are being worked on. */
  async queue(): Promise<{ waiting: number; working: number; stored: number }> {
    const info = await this.manager.consumers.info(MEMES_STREAM.name, CONSUMER.durable);
    const { state } = await this.manager.streams.info(MEMES_STREAM.name);
    return {
      waiting: info.num_pending,
      working: info.num_ack_pending,
      stored: state.messages,
    };
  }

  private async change(fields: Partial<ConsumerConfig>): Promise<void> {
    const { config } = await this.manager.consumers.info(MEMES_STREAM.name, CONSUMER.durable);
    const changed = { ...config, ...fields };
    await this.manager.consumers.update(MEMES_STREAM.name, CONSUMER.durable, changed);
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.kill()));
    await this.connection.close();
    await Promise.all([this.nats.stop(), this.redis.remove()]);
  }
}

/** Removes what {@link stageWorker} made. */
export async function unstageWorker(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** Polls until the condition holds; errors of the condition count as "not yet". */
export async function eventually(
  what: string,
  timeoutMs: number,
  condition: () => Promise<boolean>,
): Promise<void> {
  let last: unknown;
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline;) {
    try {
      if (await condition()) return;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no ${what} within ${timeoutMs} ms${last ? `: ${String(last)}` : ''}`);
}
