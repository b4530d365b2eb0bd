import { type KubeConfig, type KubernetesObject } from '@kubernetes/client-node';
import { request } from 'node:https';
import { LabError } from './lab-error';

const TIMEOUT_MS = 5000;

/** Reads a cluster's API by path, with the credentials of its kubeconfig's current context. */
export class ApiReader {
  private readonly server: string;

  constructor(private readonly kubeconfig: KubeConfig) {
    this.server = kubeconfig.getCurrentCluster()?.server ?? '';
  }

  /** The items of a list; empty if the API server does not know the kind. */
  async list<T extends KubernetesObject>(path: string): Promise<T[]> {
    return (await this.get<{ items: T[] }>(path))?.items ?? [];
  }

  /** The object at a path; undefined if there is none. */
  get<T>(path: string): Promise<T | undefined> {
    return this.read<T>(path, [404]);
  }

  /** A service's response through the API server's proxy; undefined if it does not respond. */
  proxied<T>(path: string): Promise<T | undefined> {
    return this.read<T>(path, [404, 503]);
  }

  private async read<T>(path: string, absent: readonly number[]): Promise<T | undefined> {
    const options = { timeout: TIMEOUT_MS, headers: { Accept: 'application/json' } };
    await this.kubeconfig.applyToHTTPSOptions(options);
    const { status, body } = await fetchText(`${this.server}${path}`, options);
    if (absent.includes(status)) return undefined;
    if (status !== 200)
      throw new LabError(`the API server answered ${status} to ${path}: ${body.slice(0, 300)}`);
    return JSON.parse(body) as T;
  }
}

function fetchText(url: string, options: object): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) =>
      reject(new LabError(`the API server at ${new URL(url).origin} is not reachable: ${reason}`));
    const call = request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
    });
    call.on('timeout', () => call.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    call.on('error', (error) => fail(error.message));
    call.end();
  });
}
