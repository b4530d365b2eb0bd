import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// below what the kernel gives to clients and to servers that ask for any port: between this look and
// the use of the port none of them can take it
const RANGE = { from: 10_000, below: 32_000 };
const given = new Set<number>();

/** A TCP port of 127.0.0.1 that nobody listens on right now; no port twice in a process. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(RANGE.from, RANGE.below);
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
