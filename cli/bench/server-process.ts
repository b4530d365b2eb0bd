import { spawn, type ChildProcess } from 'node:child_process';
import { connect } from 'node:net';

/** A server on a port of this machine. Its output is kept for the message of a failed start. */
export class ServerProcess {
  private child?: ChildProcess;
  private output = '';

  constructor(
    private readonly command: string,
    private readonly args: readonly string[],
    private readonly port: number,
    private readonly env: Readonly<Record<string, string>> = {},
  ) {}

  /** The process id; only while it runs. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Starts the server and waits until its port takes connections. */
  async start(): Promise<void> {
    const child = spawn(this.command, this.args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...this.env },
    });
    this.child = child;
    let failure: Error | undefined;
    child.once('error', (error) => (failure = error));
    child.stdout.on('data', (data) => (this.output += data));
    child.stderr.on('data', (data) => (this.output += data));
    for (const deadline = Date.now() + 15_000; !(await accepts(this.port));) {
      if (failure) throw new Error(`cannot start "${this.command}": ${failure.message}`);
      if (child.exitCode !== null) throw this.notListening();
      if (Date.now() > deadline) {
        await this.stop('SIGKILL');
        throw this.notListening();
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    // whoever takes connections there, it is not a process that has ended
    if (child.exitCode !== null) throw this.notListening();
  }

  private notListening(): Error {
    return new Error(`"${this.command}" does not listen on ${this.port}:\n${this.output}`);
  }

  /** Ends the server and waits until it is gone. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    await gone;
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
