import { createServer, type Server } from 'node:http';
import { freePort } from '../../../cli/bench/free-port';
import { MonitorCheck } from '../../../workloads/observer/monitor-check';
import { createLogger } from '../../../workloads/process/logger';

const log = createLogger({ name: 'observer', level: 'silent' });

let server: Server | undefined;
let check: MonitorCheck | undefined;

afterEach(async () => {
  await check?.stop();
  server?.closeAllConnections();
  server?.close();
});

/** Checks until something is told. */
const firstFault = (port: number) =>
  new Promise<string | undefined>((resolve) => {
    const onChange = () => resolve(check?.fault);
    check = new MonitorCheck({ url: `http://127.0.0.1:${port}`, onChange, log });
    check.start();
  });

const serve = async (status: number): Promise<number> => {
  const port = await freePort();
  server = createServer((_request, response) => {
    if (status === 0) return;
    response.writeHead(status).end('{}');
  });
  await new Promise<void>((resolve) => server!.listen(port, '127.0.0.1', resolve));
  return port;
};

test('an endpoint that nobody listens on', async () => {
  expect(await firstFault(await freePort())).toContain('does not answer: connect ECONNREFUSED');
});

test('an endpoint that answers with an error', async () => {
  expect(await firstFault(await serve(503))).toBe('the monitoring endpoint of NATS answered 503');
});

test('an endpoint that is open and never answers', async () => {
  expect(await firstFault(await serve(0))).toContain('does not answer');
});

test('an endpoint that answers is no fault, and one that comes back is none any more', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  try {
    const port = await freePort();
    expect(await firstFault(port)).toContain('does not answer');
    server = createServer((_request, response) => response.end('{}'));
    await new Promise<void>((resolve) => server!.listen(port, '127.0.0.1', resolve));
    for (
      const deadline = performance.now();
      check!.fault && performance.now() - deadline < 60_000;
    ) {
      await jest.advanceTimersByTimeAsync(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(check!.fault).toBeUndefined();
  } finally {
    jest.useRealTimers();
  }
});
