import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// below what the kernel gives to clients and to servers that ask for any port: between this look and
// the use of the port none of them can take it
const RANGE = { from: 10_000, below: 32_000 };
// Jest's workers look for ports at the same time: each takes them from a part of its own, so that none
// takes a port that another has found and not opened yet
const PARTS = 4;
const PART = Number(process.env.JEST_WORKER_ID ?? 0) % PARTS;
const PART_SIZE = (RANGE.below - RANGE.from) / PARTS;
const FIRST = RANGE.from + PART * PART_SIZE;
const given = new Set<number>();

/** A TCP port of 127.0.0.1 that nobody listens on right now; no port twice in a process. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, FIRST + PART_SIZE);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
