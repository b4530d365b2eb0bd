import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CoreV1Api } from '@kubernetes/client-node';
import { connect, type NatsConnection } from 'nats';
import { readLocalConfig } from '../../../local/config';
import { RESPONSES_STREAM } from '../../../workloads/protocol/streams';
import { SUBJECTS } from '../../../workloads/protocol/subjects';
import { operatorCredentials } from './lab';

const PUBLISH_TIMEOUT_MS = 120_000;

/** One request after another, from a client that looks up its password again when it is refused. */
export class SteadyRequests {
  private readonly ids: string[] = [];
  private readonly run: Promise<void>;
  private readonly since = new Date();
  private ended = false;
  private connection?: NatsConnection;
  /** Longest time in which a request found no server that took it, in milliseconds. */
  longestWait = 0;

  constructor(
    private readonly core: CoreV1Api,
    private readonly everyMs: number,
  ) {
    this.run = this.publishAll();
    // until somebody asks for the answers, and then fails by it
    this.run.catch(() => undefined);
  }

  /** Publishes no more, and waits until each request has an answer; ids with the number of answers. */
  async answered(timeoutSeconds: number): Promise<ReadonlyMap<string, number>> {
    this.ended = true;
    await this.run;
    const counts = new Map(this.ids.map((id) => [id, 0]));
    const connection = await this.connected();
    const consumer = await connection
      .jetstream()
      .consumers.get(RESPONSES_STREAM.name, { opt_start_time: this.since.toISOString() });
    const deadline = Date.now() + timeoutSeconds * 1000;
    while (Date.now() < deadline && [...counts.values()].includes(0)) {
      for await (const message of await consumer.fetch({ max_messages: 100, expires: 2_000 })) {
        const { request_id: id } = message.json<{ request_id: string }>();
        if (counts.has(id)) counts.set(id, (counts.get(id) ?? 0) + 1);
      }
    }
    await connection.close();
    return counts;
  }

  private async publishAll(): Promise<void> {
    while (!this.ended) {
      const id = randomUUID();
      const asked = Date.now();
      await this.publish(id);
      this.ids.push(id);
      this.longestWait = Math.max(this.longestWait, Date.now() - asked);
      await sleep(this.everyMs);
    }
  }

  private async publish(id: string): Promise<void> {
    const request = { id, prompt: `steady ${id}`, fast_mode: true, small_image: true };
    const deadline = Date.now() + PUBLISH_TIMEOUT_MS;
    for (;;) {
      try {
        const connection = await this.connected();
        const body = JSON.stringify(request);
        await connection.jetstream().publish(SUBJECTS.request, body, { msgID: id });
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await sleep(250);
      }
    }
  }

  private async connected(): Promise<NatsConnection> {
    if (this.connection?.isClosed()) this.connection = undefined;
    this.connection ??= await connect({
      port: readLocalConfig(process.env).ports.nats,
      ...(await operatorCredentials(this.core)),
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
    });
    return this.connection;
  }
}
