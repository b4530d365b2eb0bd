import { request } from 'node:https';
import {
  ListWatch,
  type KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  Watch,
} from '@kubernetes/client-node';
import { backoffMs } from '../process/backoff';
import { sleep } from '../process/sleep';
import { type KubeObject } from './kube-objects';

/** What is watched, and who hears of it. */
export interface ResourceWatchOptions<T extends KubeObject> {
  readonly kubeconfig: KubeConfig;
  /** For example `/apis/apps/v1/namespaces/default/deployments`. */
  readonly path: string;
  readonly fieldSelector?: string;
  /** Called with what it was and what it is; nothing stands for "not there". */
  readonly onChange: (before: T | undefined, now: T | undefined) => void;
  /** Called where the API server is heard or lost; with the reason where it is lost. */
  readonly onConnection: (lost: string | undefined) => void;
}

const BACKOFF = { firstMs: 500, maxMs: 5000 };
const LIST_TIMEOUT_MS = 10_000;

/**
 * One kind of objects, listed once and then watched. It comes back after any failure: a watch that
 * ends goes on where it was, and where the API server no longer knows that point it lists again.
 */
export class ResourceWatch<T extends KubeObject> {
  private readonly objects = new Map<string, T>();
  private readonly informer: ListWatch<KubernetesObject>;
  private readonly stopping = new AbortController();
  private failures = 0;

  constructor(private readonly options: ResourceWatchOptions<T>) {
    const { kubeconfig, path, fieldSelector } = options;
    this.informer = new ListWatch<KubernetesObject>(
      path,
      new EndingWatch(kubeconfig, this.stopping.signal),
      () => this.list(),
      false,
      undefined,
      fieldSelector,
    );
    for (const verb of ['add', 'update'] as const) {
      this.informer.on(verb, (object) => this.put(object as unknown as T));
    }
    this.informer.on('delete', (object) => this.remove(object as unknown as T));
    this.informer.on('error', (error) => void this.retry(error as Error | undefined));
  }

  /** What is there now, as far as the watch knows. */
  get items(): T[] {
    return [...this.objects.values()];
  }

  /** Begins; resolves once the objects are listed, or the first attempt has failed. */
  async start(): Promise<void> {
    const failures = this.failures;
    await this.informer.start();
    if (this.failures !== failures || this.stopping.signal.aborted) return;
    this.failures = 0;
    this.options.onConnection(undefined);
  }

  /** Ends the watch and forgets its objects. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.informer.stop();
    for (const object of this.items) this.remove(object);
  }

  private async list(): Promise<KubernetesListObject<KubernetesObject>> {
    const { kubeconfig, path, fieldSelector } = this.options;
    const list = await listRaw(kubeconfig, path, fieldSelector);
    // the informer looks at its own stop before it lists, and not after
    if (this.stopping.signal.aborted) throw new Error(`the watch of ${path} has been stopped`);
    return list;
  }

  private async retry(error: Error | undefined): Promise<void> {
    this.failures += 1;
    if (this.stopping.signal.aborted) return;
    this.options.onConnection(error?.message ?? 'the watch ended');
    await sleep(backoffMs(this.failures, BACKOFF), this.stopping.signal);
    if (!this.stopping.signal.aborted) await this.start();
  }

  private put(object: T): void {
    const key = keyOf(object);
    const before = this.objects.get(key);
    this.objects.set(key, object);
    this.options.onChange(before, object);
  }

  private remove(object: T): void {
    if (!this.objects.delete(keyOf(object))) return;
    this.options.onChange(object, undefined);
  }
}

/** A watch that is over at once where its answer comes after the stop: the informer forgets it. */
class EndingWatch extends Watch {
  constructor(
    kubeconfig: KubeConfig,
    private readonly stopping: AbortSignal,
  ) {
    super(kubeconfig);
  }

  override async watch(...asked: Parameters<Watch['watch']>): Promise<AbortController> {
    const request = await super.watch(...asked);
    if (this.stopping.aborted) request.abort();
    return request;
  }
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

// the client's own lists parse times, its watches do not: one form of each object is enough
async function listRaw(
  kubeconfig: KubeConfig,
  path: string,
  fieldSelector: string | undefined,
): Promise<KubernetesListObject<KubernetesObject>> {
  const server = kubeconfig.getCurrentCluster()?.server;
  if (server === undefined) throw new Error('the kubeconfig names no cluster');
  const url = new URL(server + path);
  if (fieldSelector !== undefined) url.searchParams.set('fieldSelector', fieldSelector);
  const options = { headers: { accept: 'application/json' }, timeout: LIST_TIMEOUT_MS };
  await kubeconfig.applyToHTTPSOptions(options);
  return new Promise((resolve, reject) => {
    const call = request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode !== 200) {
          return reject(
            new Error(`GET ${path} answered ${response.statusCode}: ${text.slice(0, 200)}`),
          );
        }
        try {
          resolve(JSON.parse(text) as KubernetesListObject<KubernetesObject>);
        } catch (cause) {
          reject(new Error(`GET ${path} answered no JSON`, { cause }));
        }
      });
    });
    call.on('timeout', () =>
      call.destroy(new Error(`GET ${path}: no answer within ${LIST_TIMEOUT_MS / 1000} s`)),
    );
    call.on('error', reject);
    call.end();
  });
}
