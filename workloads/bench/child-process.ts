import { spawn, type ChildProcess } from 'node:child_process';
import { connect, createServer, type AddressInfo } from 'node:net';

/** A process that the benchmark started and ends. */
export class BenchProcess {
  private output = '';

  private constructor(private readonly child: ChildProcess) {
    child.stdout!.on('data', (data) => (this.output += data));
    child.stderr!.on('data', (data) => (this.output += data));
    // a program that cannot be started shows up as a port that nobody listens on
    child.on('error', (error) => (this.output += error.message));
  }

  /** Starts a program and waits until it listens on a port of this machine. */
  static async start(
    command: string,
    args: readonly string[],
    port: number,
    env: Readonly<Record<string, string>> = {},
  ): Promise<BenchProcess> {
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const own = new BenchProcess(child);
    for (const deadline = Date.now() + 20_000; !(await listens(port));) {
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`"${command}" does not listen on port ${port}: ${own.output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    return own;
  }

  /** Ends it and waits for its end. */
  async stop(): Promise<void> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
  }
}

/** A TCP port of this machine that nobody listens on right now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
