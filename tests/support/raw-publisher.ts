import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Publishes bytes over the wire protocol, also those that a client library would refuse to send. */
export class RawPublisher {
  private heard = '';

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => (this.heard += text));
  }

  /** @param url of the server */
  static async connect(url: string): Promise<RawPublisher> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const publisher = new RawPublisher(socket);
    socket.write('CONNECT {"headers":true,"verbose":false}\r\n');
    return publisher;
  }

  /**
   * Publishes one message.
   *
   * @param headers lines without their ends; one that begins with a space goes on the status line
   */
  publish(subject: string, body: Buffer, headers: readonly string[] = []): void {
    if (headers.length === 0) {
      this.socket.write(`PUB ${subject} ${body.length}\r\n`);
    } else {
      const status = headers.filter((line) => line.startsWith(' ')).join('');
      const lines = headers.filter((line) => !line.startsWith(' ')).map((line) => `${line}\r\n`);
      const block = Buffer.from(`NATS/1.0${status}\r\n${lines.join('')}\r\n`);
      this.socket.write(`HPUB ${subject} ${block.length} ${block.length + body.length}\r\n`);
      this.socket.write(block);
    }
    this.socket.write(body);
    this.socket.write('\r\n');
  }

  /** Waits until the server has read everything. */
  async flush(): Promise<void> {
    this.heard = '';
    this.socket.write('PING\r\n');
    while (!/^PONG/m.test(this.heard)) await once(this.socket, 'data');
  }

  /** Ends the connection. */
  close(): void {
    this.socket.destroy();
  }
}
