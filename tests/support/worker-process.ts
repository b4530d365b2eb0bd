import { spawn, type ChildProcess } from 'node:child_process';
import { freePort } from '../../cli/bench/free-port';

/** One line of the worker's log. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A worker as a process of its own, as in its pod. */
export class WorkerProcess {
  private output = '';

  private constructor(
    private readonly child: ChildProcess,
    private readonly port: number,
  ) {
    child.stdout!.on('data', (data) => (this.output += data));
    child.stderr!.on('data', (data) => (this.output += data));
  }

  /** Starts the staged program. */
  static async start(
    program: string,
    env: Readonly<Record<string, string>>,
  ): Promise<WorkerProcess> {
    const port = await freePort();
    const settings = { ...process.env, METRICS_ADDR: `127.0.0.1:${port}`, ...env };
    const child = spawn('node', [program], { env: settings, stdio: ['ignore', 'pipe', 'pipe'] });
    return new WorkerProcess(child, port);
  }

  /** Everything it wrote. */
  get text(): string {
    return this.output;
  }

  /** Its log lines. */
  get log(): LogLine[] {
    const lines = this.output.split('\n').filter((line) => line.startsWith('{'));
    return lines.map((line) => JSON.parse(line) as LogLine);
  }

  /** Status code and body of one of its HTTP paths. */
  async get(path: string): Promise<{ status: number; text: string }> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`);
    return { status: response.status, text: await response.text() };
  }

  /** The value of one series of its metrics. */
  async metric(name: string): Promise<number> {
    const { text } = await this.get('/metrics');
    const line = text.split('\n').find((each) => /^\w/.test(each) && each.startsWith(name));
    if (!line) throw new Error(`no metric "${name}" in:\n${text}`);
    return Number(line.split(' ').at(-1));
  }

  /** Waits until it says that it takes requests. */
  async whenReady(timeoutMs = 15_000): Promise<void> {
    for (const deadline = Date.now() + timeoutMs; ;) {
      if (this.child.exitCode !== null) throw new Error(`worker ended:\n${this.output}`);
      const status = await this.get('/readyz').then(
        (response) => response.status,
        () => 0,
      );
      if (status === 200) return;
      if (Date.now() > deadline) throw new Error(`worker is not ready:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }

  /** Sends a signal. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Waits for the end. */
  async exited(): Promise<number | null> {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) {
      await new Promise<void>((resolve) => child.once('exit', () => resolve()));
    }
    return child.exitCode;
  }

  /** Ends it at once, whatever it does. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.exited();
  }
}
