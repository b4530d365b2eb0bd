import { freePort } from './free-port';
import { ServerProcess } from './server-process';

/** A real redis-server on a free port, without persistence. */
export class RedisServer {
  private constructor(
    private readonly process: ServerProcess,
    /** Where clients connect. */
    readonly url: string,
  ) {}

  /** Starts a server with an empty data set. */
  static async start(): Promise<RedisServer> {
    const port = await freePort();
    const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const server = new ServerProcess('redis-server', args, port);
    await server.start();
    return new RedisServer(server, `redis://127.0.0.1:${port}`);
  }

  /** Ends the server; {@link resume} brings an empty one back on the same port. */
  async stop(): Promise<void> {
    await this.process.stop('SIGKILL');
  }

  /** Starts the server again, empty. */
  async resume(): Promise<void> {
    await this.process.start();
  }
}
