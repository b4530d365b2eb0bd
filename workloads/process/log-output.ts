import { constants, openSync, writeSync } from 'node:fs';

/** Lines that wait for a reader, in bytes; what comes on top is dropped and counted. */
const MAX_WAITING_BYTES = 1024 * 1024;
const RETRY_MS = 100;

/**
 * Standard output that never blocks. Lines are written at once, so that the last ones before an exit
 * get out; but a pipe that nobody reads makes them wait, and then be dropped, while the process goes on.
 */
export class LogOutput {
  private readonly fd = openWithoutBlocking();
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  private dropped = 0;
  private retry?: NodeJS.Timeout;

  /** Writes a line, or keeps it for later. Never throws and never waits. */
  write(line: string): void {
    const bytes = Buffer.from(line);
    if (this.waitingBytes + bytes.length > MAX_WAITING_BYTES) {
      this.dropped++;
      return;
    }
    this.waiting.push(bytes);
    this.waitingBytes += bytes.length;
    if (this.retry === undefined) this.flush();
  }

  private flush(): void {
    this.retry = undefined;
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      const written = tryWrite(this.fd, next);
      this.waitingBytes -= written;
      if (written < next.length) {
        this.waiting[0] = next.subarray(written);
        // a reader that comes back must not find the process gone for having waited
        this.retry = setTimeout(() => this.flush(), RETRY_MS).unref();
        return;
      }
      this.waiting.shift();
    }
    if (this.dropped === 0) return;
    const lines = this.dropped;
    this.dropped = 0;
    this.write(
      `{"level":"warn","lines":${lines},"msg":"log lines were dropped: nobody read them"}\n`,
    );
  }
}

/**
 * A description of standard output of our own: to make the inherited one non-blocking would do so for
 * every process that shares it. Sockets and foreign files cannot be opened again, and stay as they are.
 */
function openWithoutBlocking(): number {
  try {
    return openSync(
      '/proc/self/fd/1',
      constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK,
    );
  } catch {
    return 1;
  }
}

/** @returns bytes written; all of them where there is no way to write any */
function tryWrite(fd: number, bytes: Buffer): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    // the reader has gone for good: there is nobody to tell
    return bytes.length;
  }
}
