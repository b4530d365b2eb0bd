import * as http from 'node:http';
import * as https from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { UserError } from '../user-error';

/** A parsed answer of the API server. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Reads from the API server of one context; the program looks before it acts, it never writes. */
export class ClusterApi {
  readonly server: string;

  constructor(
    private readonly config: KubeConfig,
    readonly context: string,
    /** Longest wait for one answer. */
    private readonly timeoutMs = 5000,
  ) {
    const cluster = config.getCurrentCluster();
    if (cluster === null) throw new UserError(`context "${context}" names no cluster; repair it`);
    this.server = cluster.server;
  }

  /**
   * @param path - absolute path below the server's address
   * @returns the answer, whatever its status
   * @throws UserError where the server does not answer in time or takes no connection
   */
  async get(path: string): Promise<ApiAnswer> {
    try {
      return await this.request(path);
    } catch (error) {
      const fault = error as NodeJS.ErrnoException;
      const reason = [fault.code, fault.message || undefined].filter(Boolean).join(': ');
      throw new UserError(
        `the cluster of context "${this.context}" does not answer: GET ${this.server}${path} failed ` +
          `(${reason}); start the cluster ("npm run up" for the local one), ` +
          'or name another context: pulumi config set kubeContext <name>',
      );
    }
  }

  private async request(path: string): Promise<ApiAnswer> {
    const url = new URL(this.server.replace(/\/+$/, '') + path);
    const options: https.RequestOptions = {
      headers: { accept: 'application/json' },
      timeout: this.timeoutMs,
    };
    await this.config.applyToHTTPSOptions(options);
    const client = url.protocol === 'http:' ? http : https;
    return new Promise((resolve, reject) => {
      const request = client.get(url, options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          clearTimeout(deadline);
          resolve({ status: response.statusCode ?? 0, body: parse(Buffer.concat(chunks)) });
        });
      });
      // the socket's own time-out starts again with every byte; this one does not
      const deadline = setTimeout(
        () => request.destroy(new Error(`no answer within ${this.timeoutMs / 1000} s`)),
        this.timeoutMs,
      );
      request.on('error', (error) => {
        clearTimeout(deadline);
        reject(error);
      });
    });
  }
}

function parse(bytes: Buffer): unknown {
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    // proxies and old servers answer errors as text; the status says what matters
    return text;
  }
}
