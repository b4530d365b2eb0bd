import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Stands between clients and a server of this machine, and cuts their connections when told to. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  /**
   * @param url of the server, with a port
   * @param atMost connections at a time; one more is broken at once
   * @param port to listen on; 0 takes a free one
   */
  static async start(url: string, atMost = Infinity, port = 0): Promise<TcpProxy> {
    const target = Number(new URL(url).port);
    const server = createServer((client) => proxy.join(client, connect(target, '127.0.0.1')));
    server.maxConnections = atMost;
    const proxy = new TcpProxy(server);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return proxy;
  }

  /** The port that clients connect to. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Breaks every connection; new ones are taken at once. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Breaks every connection and takes no more. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.cut();
    await closed;
  }

  private join(client: Socket, server: Socket): void {
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(one);
      one.pipe(other);
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
      // a broken connection is what this is for; `close` follows
      one.on('error', () => undefined);
    }
  }
}
