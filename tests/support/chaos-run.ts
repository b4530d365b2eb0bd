import { DEAD_STREAM, RESPONSES_STREAM } from '../../workloads/protocol/streams';
import { Random } from '../../workloads/protocol/random';
import { ChaosLog } from './chaos-log';
import { MemeLab, eventually } from './meme-lab';
import { type ModelCall, ModelServer, sendPicture, TINY_PNG } from './model-server';
import { TcpProxy } from './tcp-proxy';
import { type WorkerProcess } from './worker-process';

/** How hard the lab is shaken. */
export interface ChaosOptions {
  readonly staged: string;
  readonly requests: number;
  /** The same seed chooses the same events. */
  readonly seed: number;
  readonly workers: number;
  readonly say: (line: string) => void;
}

/** What was seen. */
export interface ChaosReport {
  readonly requests: number;
  /** Requests with an answer on their reply subject. */
  readonly answered: number;
  /** Requests whose answer is an error. */
  readonly failed: number;
  /** Requests made more than once because a worker was killed while it held them. */
  readonly madeAgainAfterDeath: number;
  /** Requests made more than once because Redis could not say that another worker made them. */
  readonly madeAgainUnclaimed: number;
  /** Requests made more than once, or never, for no such reason. */
  readonly unexcused: readonly string[];
  readonly left: number;
  readonly dead: number;
  readonly events: Readonly<Record<string, number>>;
  readonly seconds: number;
}

const ACK_WAIT_SECONDS = 5;
const PUBLISHERS = 8;
/** Without a new answer for so long, the next event comes anyway. */
const LONGEST_CALM_MS = 10_000;
const REPLIES = 'meme.reply.chaos';

/** Sends requests through both paths while everything around them fails, and counts. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  // a Redis that forgets cannot know what a worker that ended since has answered
  const [lab, model] = await Promise.all([
    MemeLab.start(options.staged, { persistentRedis: true }),
    ModelServer.start(),
  ]);
  const run = new ChaosRun(options, lab, model);
  try {
    return await run.run();
  } finally {
    await run.stop();
    await lab.stop();
    await model.stop();
  }
}

class ChaosRun {
  private readonly random: Random;
  private readonly log = new ChaosLog();
  private readonly killed = new Set<string>();
  private readonly events: Record<string, number> = {};
  private readonly ending: Promise<unknown>[] = [];
  private workers: { name: string; process: WorkerProcess }[] = [];
  private proxies!: { nats: TcpProxy; redis: TcpProxy };
  private started = 0;
  private published = 0;
  private answers = 0;

  constructor(
    private readonly options: ChaosOptions,
    private readonly lab: MemeLab,
    private readonly model: ModelServer,
  ) {
    this.random = new Random(options.seed);
  }

  async run(): Promise<ChaosReport> {
    const { lab, options } = this;
    const began = Date.now();
    await lab.bootstrap(ACK_WAIT_SECONDS);
    this.model.reply = sendPicture(TINY_PNG, 20);
    this.proxies = {
      nats: await TcpProxy.start(lab.nats.url),
      redis: await TcpProxy.start(lab.redis.url),
    };
    for (let each = 0; each < options.workers; each++) await this.addWorker();
    const watching = setInterval(() => void this.countAnswers(), 200);
    try {
      await Promise.all([this.publishAll(), this.shake()]);
    } finally {
      clearInterval(watching);
    }
    options.say(`all published, ${this.answers} answered; waiting for the rest in peace`);
    await lab.whenIdle(120_000);
    options.say('the queue is empty; waiting for the workers that were told to end');
    await Promise.all(this.ending);
    return this.report((Date.now() - began) / 1000);
  }

  async stop(): Promise<void> {
    await Promise.all(Object.values(this.proxies ?? {}).map((proxy) => proxy.stop()));
  }

  /** Each request makes two messages: the reply and the announcement. */
  private async countAnswers(): Promise<void> {
    try {
      const { state } = await this.lab.manager.streams.info(RESPONSES_STREAM.name);
      this.answers = Math.floor(state.messages / 2);
    } catch (error) {
      this.count('counts missed while nats was away');
      if (!/TIMEOUT|503|DISCONNECT/.test((error as Error).message)) throw error;
    }
  }

  private async addWorker(): Promise<void> {
    const name = `hf_worker_${this.started++}`;
    const process = await this.lab.startWorker(
      {
        ...this.model.env,
        HF_API_TOKEN: name,
        NATS_URL: `nats://127.0.0.1:${this.proxies.nats.port}`,
        REDIS_URL: `redis://127.0.0.1:${this.proxies.redis.port}`,
        ENABLE_CORE_NATS: 'true',
        WORKER_CONCURRENCY: '4',
        // says how each claim ended
        LOG_LEVEL: 'debug',
        // a second picture must not hide behind the first
        CACHE_TTL: '0',
      },
      { untilReady: false },
    );
    this.workers.push({ name, process });
    this.log.follow(name, process);
  }

  private async publishAll(): Promise<void> {
    const { requests } = this.options;
    const publish = async () => {
      while (this.published < requests) {
        const id = `chaos-${this.published++}`;
        const body = { id, prompt: id, reply_to: `${REPLIES}.${id}` };
        // a client that hears no confirmation sends again; the stream keeps it once
        await eventually(`confirmation of ${id}`, 60_000, async () => {
          await this.lab.request(body, id);
          return true;
        });
        // both paths are in use only while the workers keep up
        while (this.published - this.answers > 200) await pause(20);
      }
    };
    await Promise.all(Array.from({ length: PUBLISHERS }, publish));
  }

  /** Goes on until nearly everything is answered; each kind of event comes at least once. */
  private async shake(): Promise<void> {
    const { requests } = this.options;
    const rare = [() => this.restartNats(), () => this.restartRedis()];
    const often = [
      () => this.kill('SIGKILL'),
      () => this.kill('SIGTERM'),
      () => this.cut('nats'),
      () => this.cut('redis'),
    ];
    const plan = [...often, ...rare];
    while (plan.length > 0 || this.answers < requests * 0.9) {
      await this.whenMoreAnswers(this.random.between(5, 25));
      const event = plan.shift() ?? this.random.pick(this.random.next() < 0.12 ? rare : often);
      await event();
    }
  }

  /** Paces the events by the work, not by the clock: a slow machine must get somewhere too. */
  private async whenMoreAnswers(count: number): Promise<void> {
    const enough = this.answers + count;
    for (const end = Date.now() + LONGEST_CALM_MS; Date.now() < end && this.answers < enough;) {
      await pause(50);
    }
  }

  private async kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.count(signal);
    const victim = this.random.pick(this.workers);
    this.workers = this.workers.filter((worker) => worker !== victim);
    if (signal === 'SIGKILL') this.killed.add(victim.name);
    victim.process.signal(signal);
    this.ending.push(victim.process.exited());
    await this.addWorker();
  }

  private async cut(which: 'nats' | 'redis'): Promise<void> {
    this.count(`${which} cut`);
    this.proxies[which].cut();
  }

  private async restartNats(): Promise<void> {
    this.count('nats restart');
    await this.lab.nats.restart(this.random.between(0, 500));
    this.log.note('nats is back');
  }

  private async restartRedis(): Promise<void> {
    this.count('redis restart');
    await this.lab.redis.stop();
    await pause(this.random.between(0, 500));
    await this.lab.redis.resume();
    this.log.note('redis is back');
  }

  private count(event: string): void {
    this.events[event] = (this.events[event] ?? 0) + 1;
    this.log.note(event);
  }

  private async report(seconds: number): Promise<ChaosReport> {
    const { lab, options, events } = this;
    const replies = await this.readReplies();
    const ids = Array.from({ length: options.requests }, (_, index) => `chaos-${index}`);
    const again = ids.filter((id) => this.callsFor(id).length !== 1);
    const living = again.filter((id) => !this.isExcused(id, (name) => this.diedHolding(name, id)));
    const unexcused = living.filter(
      (id) => !this.isExcused(id, (name) => this.log.workedUnclaimed(name, id)),
    );
    return {
      requests: options.requests,
      answered: ids.filter((id) => replies.has(id)).length,
      failed: [...replies.values()].filter((isError) => isError).length,
      madeAgainAfterDeath: again.length - living.length,
      madeAgainUnclaimed: living.length - unexcused.length,
      unexcused: unexcused.map((id) => `${id}: ${this.story(id)}`),
      left: (await lab.queue()).stored,
      dead: (await lab.manager.streams.info(DEAD_STREAM.name)).state.messages,
      events,
      seconds,
    };
  }

  private callsFor(id: string): ModelCall[] {
    return this.model.log.filter(({ prompt }) => prompt === id);
  }

  /** It was killed while it made or answered the request, as the end of its log shows. */
  private diedHolding(worker: string, id: string): boolean {
    return this.killed.has(worker) && !this.log.hasLetGo(worker, id);
  }

  /** All pictures of a request but one come from workers with an excuse. */
  private isExcused(id: string, hasExcuse: (worker: string) => boolean): boolean {
    const calls = this.callsFor(id);
    const excused = calls.filter(({ token }) => hasExcuse(token));
    return calls.length > 0 && excused.length >= calls.length - 1;
  }

  private story(id: string): string {
    const calls = this.callsFor(id);
    if (calls.length === 0) return 'never made';
    const workers = calls.map(({ token }) => token + (this.killed.has(token) ? ' (killed)' : ''));
    return [workers.join(', '), ...this.log.story(id, calls[0]!.at)].join('\n');
  }

  /** Whether each answer is an error, by id. */
  private async readReplies(): Promise<Map<string, boolean>> {
    const replies = new Map<string, boolean>();
    for (const { subject, body } of await this.lab.answers()) {
      if (!subject.startsWith(`${REPLIES}.`)) continue;
      replies.set(subject.slice(REPLIES.length + 1), body.error !== undefined);
    }
    return replies;
  }
}

/** One line per finding that must not be; empty where all went well. */
export function faultsOf(report: ChaosReport): string[] {
  return [
    ...(report.answered < report.requests
      ? [`${report.requests - report.answered} requests have no answer`]
      : []),
    ...(report.failed > 0 ? [`${report.failed} requests were answered with an error`] : []),
    ...report.unexcused.map((story) => `not made exactly once: ${story}`),
    ...(report.left > 0 ? [`${report.left} requests are left in the stream`] : []),
    ...(report.dead > 0 ? [`${report.dead} requests became dead letters`] : []),
  ];
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
