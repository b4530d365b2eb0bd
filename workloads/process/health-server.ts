import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Registry } from 'prom-client';
import { METRICS_HTTP } from '../protocol/names';
import { type ListenAddress } from './listen-address';

/** What the server reports. */
export interface HealthServerOptions {
  readonly address: ListenAddress;
  readonly registry: Registry;
  /** Why the process cannot do its work, or undefined where it can. */
  readonly notReadyReason: () => string | undefined;
}

/** Serves /metrics, /healthz (the process lives) and /readyz (the work can be done). */
export class HealthServer {
  private readonly server: Server;

  constructor(private readonly options: HealthServerOptions) {
    this.server = createServer((request, response) => {
      const path = request.url?.split('?')[0];
      if (path === METRICS_HTTP.metricsPath) return void this.sendMetrics(response);
      if (path === METRICS_HTTP.livenessPath) return send(response, 200, 'ok\n');
      if (path === METRICS_HTTP.readinessPath) {
        const reason = options.notReadyReason();
        return reason ? send(response, 503, `not ready: ${reason}\n`) : send(response, 200, 'ok\n');
      }
      return send(response, 404, 'not found; try /metrics, /healthz or /readyz\n');
    });
  }

  /**
   * Starts listening.
   *
   * @returns the port, which differs from the configured one where that is 0
   * @throws Error that names the address where it cannot be used
   */
  async listen(): Promise<number> {
    const { host, port } = this.options.address;
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', (cause: NodeJS.ErrnoException) =>
        reject(
          new Error(
            `cannot listen on 'METRICS_ADDR' "${host}:${port}": ${cause.code}; ` +
              'choose an address of this machine and a free port',
            { cause },
          ),
        ),
      );
      this.server.listen(port, host, resolve);
    });
    return (this.server.address() as AddressInfo).port;
  }

  /** Stops listening; open connections are closed. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async sendMetrics(response: ServerResponse): Promise<void> {
    try {
      const text = await this.options.registry.metrics();
      send(response, 200, text, this.options.registry.contentType);
    } catch (error) {
      send(response, 500, `cannot collect metrics: ${(error as Error).message}\n`);
    }
  }
}

function send(response: ServerResponse, status: number, body: string, type = 'text/plain'): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}
