import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../cli/bench/free-port';
import { endAtFault } from './end-at-fault';
import { ServerProcess } from '../../cli/bench/server-process';

/** A real redis-server on a free port, without persistence unless it is asked for. */
export class RedisServer {
  private constructor(
    private readonly process: ServerProcess,
    private readonly folder: string,
    /** Where clients connect. */
    readonly url: string,
  ) {}

  /**
   * Starts a server with an empty data set.
   *
   * @param persistent keeps the data over {@link stop} and {@link resume}
   * @param password what clients must say; by default nothing
   */
  static async start(persistent = false, password?: string): Promise<RedisServer> {
    const port = await freePort();
    const folder = await mkdtemp(join(tmpdir(), 'redis-'));
    const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', folder];
    args.push('--appendonly', persistent ? 'yes' : 'no');
    if (password !== undefined) args.push('--requirepass', password);
    const server = new ServerProcess('redis-server', args, port);
    const folderEnds = { stop: () => rm(folder, { recursive: true, force: true }) };
    await endAtFault([folderEnds], () => server.start());
    return new RedisServer(server, folder, `redis://127.0.0.1:${port}`);
  }

  /** Ends the server; {@link resume} brings it back on the same port. */
  async stop(): Promise<void> {
    await this.process.stop('SIGKILL');
  }

  /** Ends the server and deletes its data. */
  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Starts the server again. */
  async resume(): Promise<void> {
    await this.process.start();
  }
}
