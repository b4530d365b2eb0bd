import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../cli/bench/free-port';
import { endAtFault } from './end-at-fault';
import { ServerProcess } from '../../cli/bench/server-process';

/** A real nats-server with JetStream on a free port; `NATS_SERVER_BIN` names another binary. */
export class NatsServer {
  private constructor(
    private readonly process: ServerProcess,
    private readonly folder: string,
    /** Where clients connect. */
    readonly url: string,
    /** The monitoring endpoint, as the autoscaler reads it. */
    readonly monitorUrl: string,
  ) {}

  /**
   * Starts a server; its data survive {@link restart}.
   *
   * @param config further lines of its configuration file
   * @param env variables that the configuration reads
   */
  static async start(config = '', env: Readonly<Record<string, string>> = {}): Promise<NatsServer> {
    const folder = await mkdtemp(join(tmpdir(), 'nats-'));
    const [port, monitor] = [await freePort(), await freePort()];
    const bin = process.env.NATS_SERVER_BIN ?? 'nats-server';
    const file = join(folder, 'nats.conf');
    await writeFile(file, config);
    const args = ['-c', file, '-a', '127.0.0.1', '-p', `${port}`, '-m', `${monitor}`];
    args.push('-js', '-sd', join(folder, 'data'));
    const server = new ServerProcess(bin, args, port, env);
    const folderEnds = { stop: () => rm(folder, { recursive: true, force: true }) };
    await endAtFault([folderEnds], () => server.start());
    return new NatsServer(
      server,
      folder,
      `nats://127.0.0.1:${port}`,
      `http://127.0.0.1:${monitor}`,
    );
  }

  /** Ends the server and starts it again on the same port with the same data. */
  async restart(pauseMs = 0): Promise<void> {
    await this.process.stop();
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    await this.process.start();
  }

  /** Ends the server and deletes its data. */
  async stop(): Promise<void> {
    await this.process.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
