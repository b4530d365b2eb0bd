import { join } from 'node:path';
import { endAtFault } from './end-at-fault';
import { SecuredNats } from './nats-lab';
import { PageServer } from './page-server';
import { RedisServer } from './redis-server';
import { run } from './run';
import { stagedImage } from './staged-image';
import { WorkerProcess } from './worker-process';

/** The page with all that it needs, each a process of its own: its web server, NATS, Redis, workers. */
export class PageLab {
  private readonly workers: WorkerProcess[] = [];
  private started = 0;

  private constructor(
    readonly nats: SecuredNats,
    readonly redis: RedisServer,
    readonly page: PageServer,
    private readonly stagedWorker: string,
  ) {}

  /** Starts everything but workers. */
  static async start(): Promise<PageLab> {
    const [worker, staged] = [await stagedImage('worker'), await stagedImage('frontend')];
    const nats = await SecuredNats.start();
    const redis = await endAtFault([nats], () => RedisServer.start());
    const page = await endAtFault([nats, { stop: () => redis.remove() }], async () => {
      await nats.startCallout();
      return PageServer.start(staged, new URL(nats.websocketUrl).host);
    });
    const lab = new PageLab(nats, redis, page, worker);
    return endAtFault([lab], async () => {
      await lab.bootstrap();
      return lab;
    });
  }

  /** Starts a worker and waits until it takes requests. */
  async startWorker(env: Readonly<Record<string, string>> = {}): Promise<WorkerProcess> {
    const settings = { ...this.env('worker'), POD_NAME: `worker-${this.started++}`, ...env };
    const worker = await WorkerProcess.start(join(this.stagedWorker, 'worker.cjs'), settings);
    this.workers.push(worker);
    await worker.whenReady();
    return worker;
  }

  /** Ends all workers at once. */
  async killWorkers(): Promise<void> {
    await Promise.all(this.workers.splice(0).map((worker) => worker.kill()));
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    await this.killWorkers();
    await this.page.stop();
    await Promise.all([this.nats.stop(), this.redis.remove()]);
  }

  private env(user: 'worker' | 'bootstrap'): Record<string, string> {
    return {
      NATS_URL: this.nats.server.url,
      REDIS_URL: this.redis.url,
      ...this.nats.secrets.credentials(user),
    };
  }

  private async bootstrap(): Promise<void> {
    const program = join(this.stagedWorker, 'bootstrap.cjs');
    const result = await run('node', [program, '--once'], { env: this.env('bootstrap') });
    if (result.code !== 0) throw new Error(`bootstrap failed:\n${result.stdout}${result.stderr}`);
  }
}
