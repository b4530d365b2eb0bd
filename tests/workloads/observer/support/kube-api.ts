import { type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { selfSignedServer } from '../../../../infra/secrets/server-certificate';
import { type KubeObject } from '../../../../workloads/observer/kube-objects';
import { kubeconfig } from '../../../infra/support/kubeconfig';

type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED';

interface Change {
  readonly version: number;
  readonly path: string;
  readonly type: ChangeType;
  readonly object: KubeObject;
}

interface OpenWatch {
  readonly path: string;
  readonly name: string | undefined;
  readonly response: ServerResponse;
}

/** What a client asks for. */
export type Question = 'list' | 'watch';

/** A question that waits for its answer. */
export interface Held {
  /** Resolves once it is asked. */
  readonly asked: Promise<void>;
  /** Lets it be answered. */
  release(): void;
}

/** How the server says that it does not know a version any more: at once, or in the watch. */
export type GoneAs = 'status' | 'event';

/** A server of objects that can be listed and watched, over HTTPS, on a local port. */
export class KubeApi {
  /** Paths that were listed, in order. */
  readonly lists: string[] = [];
  goneAs: GoneAs = 'status';
  private readonly served = new Map<string, Map<string, KubeObject>>();
  private readonly watches = new Set<OpenWatch>();
  private changes: Change[] = [];
  private holds?: { readonly question: Question; ask(): void; readonly until: Promise<void> };
  private version = 1;
  private oldest = 0;

  private constructor(private readonly server: Server) {}

  /** Starts on a free port; nothing is served yet. */
  static async start(): Promise<KubeApi> {
    const { certificate: cert, privateKey: key } = await selfSignedServer(['api.lab']);
    const server = createServer({ cert, key }, ({ url }, response) => {
      void api.answer(new URL(url!, 'https://api.lab'), response);
    });
    const api = new KubeApi(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  /** How clients reach it. */
  get kubeconfig(): KubeConfig {
    const { port } = this.server.address() as AddressInfo;
    const config = new KubeConfig();
    config.loadFromString(kubeconfig({ lab: `https://127.0.0.1:${port}` }));
    return config;
  }

  /** Paths that are watched now. */
  get watched(): string[] {
    return [...this.watches].map(({ path }) => path).sort();
  }

  /** Answers under a path from now on; before that it is not found. */
  serve(...paths: readonly string[]): void {
    for (const path of paths) this.served.set(path, new Map());
  }

  /** Puts an object there, or in the place of the one of its name. */
  put(path: string, name: string, rest: object = {}): void {
    const objects = this.served.get(path)!;
    const type = objects.has(name) ? 'MODIFIED' : 'ADDED';
    const metadata = { name, resourceVersion: String(++this.version) };
    const object = { ...rest, metadata };
    objects.set(name, object);
    this.tell({ version: this.version, path, type, object });
  }

  /** Takes an object away. */
  delete(path: string, name: string): void {
    const objects = this.served.get(path)!;
    const metadata = { ...objects.get(name)!.metadata, resourceVersion: String(++this.version) };
    objects.delete(name);
    this.tell({ version: this.version, path, type: 'DELETED', object: { metadata } });
  }

  /** Breaks every watch; new ones are taken at once. */
  cut(): void {
    for (const { response } of this.watches) response.destroy();
    this.watches.clear();
  }

  /** Forgets what changed so far: a watch can begin at the present version alone. */
  compact(): void {
    this.changes = [];
    this.oldest = this.version;
  }

  /** Has the questions of one kind wait. */
  hold(question: Question): Held {
    let [ask, release] = [() => {}, () => {}];
    const asked = new Promise<void>((resolve) => (ask = resolve));
    const until = new Promise<void>((resolve) => (release = resolve));
    this.holds = { question, ask, until };
    return { asked, release };
  }

  /** Stops listening and cuts all connections. */
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer({ pathname, searchParams }: URL, response: ServerResponse): Promise<void> {
    const question = searchParams.has('watch') ? 'watch' : 'list';
    if (question === 'list') this.lists.push(pathname);
    if (this.holds?.question === question) {
      this.holds.ask();
      await this.holds.until;
    }
    const name = /^metadata\.name=(.+)$/.exec(searchParams.get('fieldSelector') ?? '')?.[1];
    if (!this.served.has(pathname)) response.writeHead(404).end('404 page not found');
    else if (question === 'list') this.list(pathname, name, response);
    else this.watch(pathname, name, Number(searchParams.get('resourceVersion')), response);
  }

  private list(path: string, name: string | undefined, response: ServerResponse): void {
    const all = [...this.served.get(path)!.values()];
    const items = all.filter(({ metadata }) => name === undefined || metadata.name === name);
    const list = { metadata: { resourceVersion: String(this.version) }, items };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(list));
  }

  private watch(
    path: string,
    name: string | undefined,
    from: number,
    response: ServerResponse,
  ): void {
    const gone = { code: 410, reason: 'Expired', message: 'too old resource version' };
    if (from < this.oldest && this.goneAs === 'status') {
      return void response.writeHead(410).end(JSON.stringify(gone));
    }
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    if (from < this.oldest) {
      return void response.end(`${JSON.stringify({ type: 'ERROR', object: gone })}\n`);
    }
    const watch = { path, name, response };
    this.watches.add(watch);
    response.on('close', () => this.watches.delete(watch));
    for (const change of this.changes) if (change.version > from) send(watch, change);
  }

  private tell(change: Change): void {
    this.changes.push(change);
    for (const watch of this.watches) send(watch, change);
  }
}

function send({ path, name, response }: OpenWatch, change: Change): void {
  const { type, object } = change;
  if (change.path !== path || (name !== undefined && name !== object.metadata.name)) return;
  response.write(`${JSON.stringify({ type, object })}\n`);
}
