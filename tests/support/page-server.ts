import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../cli/bench/free-port';
import { endAtFault } from './end-at-fault';
import { runTs } from './run';
import { ServerProcess } from '../../cli/bench/server-process';

/** Stages the page's image context into a temporary folder; what is tested is what is shipped. */
export async function stagePage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'page-'));
  // nginx that is started by root reads as nobody
  await chmod(folder, 0o755);
  const result = await runTs('workloads/frontend/build.ts', [folder]);
  if (result.code !== 0) throw new Error(`build failed:\n${result.stdout}${result.stderr}`);
  return folder;
}

/** The page's web server as a process of its own, as in its pod. */
export class PageServer {
  private constructor(
    private readonly process: ServerProcess,
    private readonly folder: string,
    /** Where browsers find the page. */
    readonly url: string,
  ) {}

  /**
   * @param staged what {@link stagePage} returned
   * @param natsWebsocket host and port of the WebSocket of NATS
   */
  static async start(staged: string, natsWebsocket: string): Promise<PageServer> {
    const folder = await mkdtemp(join(tmpdir(), 'page-run-'));
    const port = await freePort();
    const env = {
      LISTEN: `127.0.0.1:${port}`,
      RUN_FOLDER: folder,
      NATS_WEBSOCKET: natsWebsocket,
    };
    const server = new ServerProcess('sh', [join(staged, 'start.sh')], port, env);
    const folderEnds = { stop: () => rm(folder, { recursive: true, force: true }) };
    await endAtFault([folderEnds], () => server.start());
    return new PageServer(server, folder, `http://127.0.0.1:${port}`);
  }

  /** Ends the server and removes what it wrote. */
  async stop(): Promise<void> {
    await this.process.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
