import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { connect, type NatsConnection } from 'nats';
import { CONSUMER, MEMES_STREAM } from '../../workloads/protocol/streams';
import { SUBJECTS } from '../../workloads/protocol/subjects';
import { freePort } from './free-port';
import { ServerProcess } from './server-process';

/** A worker with the port of its metrics. */
export interface BenchWorker {
  readonly process: ServerProcess;
  /** The value of one series. */
  metric(name: string): Promise<number>;
}

const run = promisify(execFile);
const BUILD = resolve(__dirname, '../../workloads/worker/build.ts');

/** NATS, Redis, the streams and the worker as it is shipped, for one measurement after the other. */
export class BenchLab {
  private constructor(
    readonly connection: NatsConnection,
    private readonly folder: string,
    private readonly servers: readonly ServerProcess[],
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** Starts the servers (`NATS_SERVER_BIN` names another nats-server) and builds the worker. */
  static async start(): Promise<BenchLab> {
    const folder = await mkdtemp(join(tmpdir(), 'bench-'));
    await run('node', ['--require', 'tsx/cjs', BUILD, join(folder, 'worker')]);
    const [nats, redis] = [await freePort(), await freePort()];
    const store = ['-js', '-sd', join(folder, 'nats')];
    const quiet = ['--save', '', '--appendonly', 'no'];
    const servers = [
      new ServerProcess(
        process.env.NATS_SERVER_BIN ?? 'nats-server',
        ['-a', '127.0.0.1', '-p', `${nats}`, ...store],
        nats,
      ),
      new ServerProcess(
        'redis-server',
        ['--port', `${redis}`, '--bind', '127.0.0.1', ...quiet],
        redis,
      ),
    ];
    await Promise.all(servers.map((server) => server.start()));
    const env = {
      NATS_URL: `nats://127.0.0.1:${nats}`,
      REDIS_URL: `redis://127.0.0.1:${redis}`,
      LOG_LEVEL: 'warn',
      // as in the image
      MALLOC_ARENA_MAX: '2',
    };
    await run('node', [join(folder, 'worker/bootstrap.cjs'), '--once'], {
      env: { ...process.env, ...env },
    });
    const connection = await connect({ servers: env.NATS_URL });
    return new BenchLab(connection, folder, servers, env);
  }

  /** Where Redis is. */
  get redisUrl(): string {
    return this.env.REDIS_URL!;
  }

  /** Starts a worker and waits until it is ready. */
  async startWorker(env: Readonly<Record<string, string>>): Promise<BenchWorker> {
    const port = await freePort();
    const settings = { ...this.env, METRICS_ADDR: `127.0.0.1:${port}`, ...env };
    const program = join(this.folder, 'worker/worker.cjs');
    const process = new ServerProcess('node', [program], port, settings);
    await process.start();
    const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    while ((await get('/readyz')).status !== 200) await new Promise((next) => setTimeout(next, 20));
    return {
      process,
      metric: async (name) => {
        const lines = (await (await get('/metrics')).text()).split('\n');
        const own = lines.filter((line) => line.startsWith(name));
        return own.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
      },
    };
  }

  /** Publishes requests, a hundred at a time on their way. */
  async publish(count: number, request: (index: number) => object): Promise<void> {
    const js = this.connection.jetstream();
    for (let first = 0; first < count; first += 100) {
      const length = Math.min(100, count - first);
      await Promise.all(
        Array.from({ length }, (_, index) =>
          js.publish(SUBJECTS.request, JSON.stringify(request(first + index)), { timeout: 30_000 }),
        ),
      );
    }
  }

  /** Waits until every request is settled. */
  async whenIdle(): Promise<void> {
    const manager = await this.connection.jetstreamManager();
    for (;;) {
      const info = await manager.consumers.info(MEMES_STREAM.name, CONSUMER.durable);
      if (info.num_pending + info.num_ack_pending === 0) return;
      await new Promise((next) => setTimeout(next, 20));
    }
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    await this.connection.close();
    await Promise.all(this.servers.map((server) => server.stop()));
    await rm(this.folder, { recursive: true, force: true });
  }
}
