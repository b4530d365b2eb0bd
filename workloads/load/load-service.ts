import { randomUUID } from 'node:crypto';
import { type Msg, type NatsConnection, type Subscription } from 'nats';
import { durationSeconds, requestCount } from '../protocol/load-arrivals';
import { LOAD_PROFILE_NAMES, LOAD_PROFILES } from '../protocol/load-profile';
import {
  LOAD_SUBJECTS,
  type LoadReply,
  type LoadStart,
  loadStartSchema,
  type LoadState,
} from '../protocol/load-request';
import { type Logger } from '../process/logger';
import { limitFault, type LoadLimits } from './load-limits';
import { type PreparedLoad } from './prepared-load';
import { RunningLoad } from './running-load';

/** What the service works with. */
export interface LoadServiceOptions {
  readonly connection: NatsConnection;
  readonly limits: LoadLimits;
  readonly log: Logger;
  /**
   * Makes the load that was asked for.
   *
   * @throws Error that says why this cannot be done
   */
  readonly prepare: (order: LoadStart, runId: string) => Promise<PreparedLoad>;
}

const STATE_EVERY_MS = 1000;
const MAX_ORDER_BYTES = 1024;

/** Answers orders for loads over NATS: one load at a time, and only those within the limits. */
export class LoadService {
  private readonly subscriptions: Subscription[] = [];
  private readonly answering: Promise<void>[] = [];
  private current?: RunningLoad;
  /** While a load is prepared; aborted where it shall not begin any more. */
  private starting?: AbortController;
  private closing = false;
  private finished: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: LoadServiceOptions) {}

  /** Begins to listen. */
  async start(): Promise<void> {
    const { connection } = this.options;
    this.listen(LOAD_SUBJECTS.start, (message) => this.startLoad(message));
    this.listen(LOAD_SUBJECTS.stop, async () => {
      this.stopLoad();
      return this.accepted();
    });
    this.listen(LOAD_SUBJECTS.get, async () => this.accepted());
    await connection.flush();
    this.publishState();
  }

  /** Takes no more orders, ends the load that runs, and waits for its answers. */
  async close(): Promise<void> {
    // also for the orders that wait behind the one that is answered now
    this.closing = true;
    this.stopLoad();
    await Promise.all(this.subscriptions.map((subscription) => subscription.drain()));
    await Promise.all(this.answering);
    await this.finished;
  }

  private stopLoad(): void {
    this.starting?.abort();
    this.current?.stop();
  }

  private listen(subject: string, answer: (message: Msg) => Promise<LoadReply>): void {
    const subscription = this.options.connection.subscribe(subject);
    this.subscriptions.push(subscription);
    const answerAll = async () => {
      for await (const message of subscription) {
        message.respond(JSON.stringify(await answer(message)));
      }
    };
    this.answering.push(answerAll());
  }

  private async startLoad(message: Msg): Promise<LoadReply> {
    const order = readOrder(message);
    if (typeof order === 'string') return this.refused(order);
    if (this.closing) return this.refused('the load generator ends: ask again once it is back');
    if (this.starting || this.current?.isRunning) {
      return this.refused('a load runs already: wait for its end, or stop it');
    }
    const fault = limitFault(LOAD_PROFILES[order.profile], this.options.limits);
    if (fault !== undefined) return this.refused(`${fault}; run it with "npm run load"`);
    const { signal } = (this.starting = new AbortController());
    try {
      const runId = randomUUID().slice(0, 8);
      const prepared = await this.options.prepare(order, runId);
      if (signal.aborted) {
        await prepared.close();
        return this.refused('the load was stopped before it began');
      }
      this.current = new RunningLoad(runId, order, prepared.job);
      this.finished = this.follow(this.current, prepared);
    } catch (error) {
      return this.refused((error as Error).message);
    } finally {
      this.starting = undefined;
    }
    return this.accepted();
  }

  private async follow(load: RunningLoad, prepared: PreparedLoad): Promise<void> {
    const { log } = this.options;
    log.info({ run: load.state }, 'load started');
    const timer = setInterval(() => this.publishState(), STATE_EVERY_MS);
    const failure = await load.run(() => this.publishState());
    clearInterval(timer);
    await prepared.close();
    if (failure) log.error({ err: failure, run: load.state }, 'load failed');
    else log.info({ run: load.state }, 'load ended');
  }

  private publishState(): void {
    const { connection } = this.options;
    if (!connection.isClosed()) connection.publish(LOAD_SUBJECTS.state, this.encodedState());
  }

  private encodedState(): string {
    return JSON.stringify(this.state());
  }

  private state(): LoadState {
    const { limits } = this.options;
    return {
      time: Date.now(),
      running: this.current?.isRunning ?? false,
      ...(this.current && { run: this.current.state }),
      offers: LOAD_PROFILE_NAMES.filter(
        (name) => limitFault(LOAD_PROFILES[name], limits) === undefined,
      ).map((name) => ({
        name,
        description: LOAD_PROFILES[name].description,
        requests: requestCount(LOAD_PROFILES[name]),
        seconds: durationSeconds(LOAD_PROFILES[name]),
      })),
    };
  }

  private accepted(): LoadReply {
    return { ok: true, state: this.state() };
  }

  private refused(error: string): LoadReply {
    return { ok: false, error, state: this.state() };
  }
}

/** @returns the order, or what is wrong with it */
function readOrder(message: Msg): LoadStart | string {
  const { length } = message.data;
  if (length > MAX_ORDER_BYTES) {
    return `the order has ${length} bytes, allowed: at most ${MAX_ORDER_BYTES}`;
  }
  let body: unknown;
  try {
    body = message.json();
  } catch {
    return 'the order is not JSON; send for example {"profile":"burst"}';
  }
  const order = loadStartSchema.safeParse(body);
  if (order.success) return order.data;
  const faults = order.error.issues.map(({ path, message: fault }) =>
    path.length === 0 ? fault : `"${path.join('.')}": ${fault}`,
  );
  return `the order is wrong: ${faults.join('; ')}; profiles: ${LOAD_PROFILE_NAMES.join(', ')}`;
}
