import * as http from 'node:http';
import * as https from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { ApiError, UnreachableError, type ApiStatus } from './api-error';

/** One request to the API server. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path from the server's root, such as `/api/v1/namespaces`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  /** @default application/json */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

/** What the API server answered: the object, and its warnings (deprecations, policies). */
export interface ApiResponse<T> {
  readonly body: T;
  readonly warnings: readonly string[];
}

/** An answer that takes longer has been lost: even a slow admission webhook must end after 30 s. */
const REQUEST_TIMEOUT_MS = 60_000;
/** Tokens of plugins such as `aws eks get-token` live for minutes. */
const CREDENTIALS_TTL_MS = 60_000;
/** More connections than this only queue inside the API server. */
const MAX_SOCKETS = 32;

/** Speaks to one API server over kept connections, with the credentials of a kubeconfig. */
export class ApiClient {
  readonly server: string;
  #credentials?: { readonly until: number; readonly options: Promise<https.RequestOptions> };
  #agent?: http.Agent;

  constructor(private readonly kube: KubeConfig) {
    this.server = kube.getCurrentCluster()!.server;
  }

  /**
   * Sends one request.
   *
   * @throws ApiError where the server answers with a failure
   * @throws UnreachableError where there is no answer
   */
  async request<T>(request: ApiRequest): Promise<ApiResponse<T>> {
    try {
      return await this.#send<T>(request);
    } catch (error) {
      // a kept connection may have been closed by the server in the moment it was used again
      if (error instanceof UnreachableError && isStaleSocket(error.cause)) {
        return this.#send<T>(request);
      }
      throw error;
    }
  }

  async #send<T>(request: ApiRequest): Promise<ApiResponse<T>> {
    const options = await this.#options();
    const url = new URL(this.server.replace(/\/$/, '') + request.path);
    for (const [key, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) url.searchParams.set(key, value);
    }
    const payload = request.body === undefined ? undefined : JSON.stringify(request.body);
    const headers: http.OutgoingHttpHeaders = {
      ...(options.headers as http.OutgoingHttpHeaders),
      Accept: 'application/json',
      'User-Agent': 'pulumi-resource-kubernetes',
      ...(payload !== undefined && {
        'Content-Type': request.contentType ?? 'application/json',
        'Content-Length': Buffer.byteLength(payload),
      }),
    };
    const { status, text, warnings } = await exchange(
      url,
      { ...options, method: request.method, headers, signal: request.signal },
      payload,
    ).catch((cause: unknown) => {
      if (request.signal?.aborted) throw cause;
      throw new UnreachableError(this.server, { cause });
    });
    if (status >= 400) throw new ApiError(status, parseStatus(text));
    return { body: (text === '' ? {} : JSON.parse(text)) as T, warnings };
  }

  async #options(): Promise<https.RequestOptions> {
    if (this.#credentials === undefined || this.#credentials.until < Date.now()) {
      const options = this.#readCredentials();
      this.#credentials = { until: Date.now() + CREDENTIALS_TTL_MS, options };
    }
    try {
      return await this.#credentials.options;
    } catch (cause) {
      this.#credentials = undefined;
      throw new Error(
        `credentials for ${this.server} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      );
    }
  }

  async #readCredentials(): Promise<https.RequestOptions> {
    const options: https.RequestOptions = {};
    await this.kube.applyToHTTPSOptions(options);
    const proxied = this.kube.getCurrentCluster()?.proxyUrl !== undefined;
    if (!proxied) {
      const agentOptions = { keepAlive: true, maxSockets: MAX_SOCKETS };
      this.#agent ??= this.server.startsWith('http:')
        ? new http.Agent(agentOptions)
        : new https.Agent(agentOptions);
      options.agent = this.#agent;
    }
    return options;
  }
}

interface Exchange {
  readonly status: number;
  readonly text: string;
  readonly warnings: readonly string[];
}

function exchange(url: URL, options: https.RequestOptions, payload?: string): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const { request: open } = url.protocol === 'http:' ? http : https;
    const request = open(url, { ...options, timeout: REQUEST_TIMEOUT_MS }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(chunks).toString('utf8'),
          warnings: parseWarnings(response.headers.warning),
        }),
      );
    });
    request.on('timeout', () =>
      request.destroy(new Error(`no answer within ${REQUEST_TIMEOUT_MS / 1_000} s`)),
    );
    request.on('error', reject);
    request.end(payload);
  });
}

/** Reads `299 - "text"` headers, which node joins with commas. */
export function parseWarnings(header: string | undefined): string[] {
  const texts = header?.matchAll(/\b299 \S+ "((?:[^"\\]|\\.)*)"/g) ?? [];
  return [...texts].map(([, text]) => text!.replace(/\\(.)/g, '$1'));
}

function parseStatus(text: string): ApiStatus {
  try {
    return JSON.parse(text) as ApiStatus;
  } catch {
    // proxies and aggregated servers answer with plain text: it is all there is to show
    return { message: text.trim() || undefined };
  }
}

function isStaleSocket(cause: unknown): boolean {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return code === 'ECONNRESET' || code === 'EPIPE';
}
