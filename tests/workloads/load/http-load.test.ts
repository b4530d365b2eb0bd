import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { freePort } from '../../../cli/bench/free-port';
import { HttpLoad } from '../../../workloads/load/http-load';
import { LOAD_PROFILES, type LoadProfile } from '../../../workloads/protocol/load-profile';
import { eventually } from '../../support/meme-lab';

let server: Server;
let url: string;
let requests: number;
let statusOf: (request: number) => number;
let delayMs: number;

beforeAll(async () => {
  server = createServer((_request, response) => {
    const status = statusOf(requests++);
    if (delayMs === 0) response.writeHead(status).end();
    else setTimeout(() => response.writeHead(status).end(), delayMs).unref();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  requests = 0;
  statusOf = () => 200;
  delayMs = 0;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const steady = (seconds: number, perSecond: number): LoadProfile => ({
  name: 'steady',
  description: 'the same rate all the time',
  stages: [{ kind: 'linear', seconds, fromPerSecond: perSecond, toPerSecond: perSecond }],
  clients: 1,
  repeatShare: 0,
});

const unstopped = new AbortController().signal;
const ignored = () => undefined;

test('what is answered with 2xx is answered, and with anything else has failed', async () => {
  const statuses = [200, 204, 302, 404, 503];
  const given: number[] = [];
  statusOf = (request) => {
    given.push(statuses[request % statuses.length]!);
    return given.at(-1)!;
  };
  const load = new HttpLoad({ profile: steady(1, 10), url });

  await load.run(unstopped, ignored);

  const { sent, refused, answered, failed } = load.counts();
  const [good, bad] = [(status: number) => status < 300, (status: number) => status >= 300];
  // nobody may wait any more for the last one
  const certain = given.slice(0, -1);
  expect([certain, given].map((of) => of.filter(good).length)).toContain(answered);
  expect([certain, given].map((of) => of.filter(bad).length)).toContain(failed);
  expect({ sent, refused }).toEqual({ sent: answered + failed, refused: 0 });
  expect(failed).toBeGreaterThan(0);
});

test('where nobody listens each request is refused, and none is answered or failed', async () => {
  const away = `http://127.0.0.1:${await freePort()}`;
  const load = new HttpLoad({ profile: steady(1, 10), url: away });

  await load.run(unstopped, ignored);

  const { sent, refused, answered, failed, p50Ms } = load.counts();
  expect(refused).toBeGreaterThan(0);
  expect({ sent, answered, failed }).toEqual({ sent: refused, answered: 0, failed: 0 });
  expect(p50Ms).toBeUndefined();
});

test('a stop in the middle of a step ends the step and begins no other', async () => {
  const load = new HttpLoad({ profile: steady(3600, 5), url });
  const stop = new AbortController();
  let saidSent = 0;
  const running = load.run(stop.signal, () => void saidSent++);
  await eventually('the first request', 10_000, async () => requests > 0);

  stop.abort();
  await running;

  // a whole step of four seconds makes twenty
  expect(requests).toBeLessThan(15);
  expect(load.counts().answered).toBeGreaterThan(0);
  expect(saidSent).toBe(1);
});

test('a stop before the first step sends nothing', async () => {
  const load = new HttpLoad({ profile: steady(3600, 5), url });

  await load.run(AbortSignal.abort(), ignored);

  expect(requests).toBe(0);
  expect(load.counts()).toMatchObject({ sent: 0, p50Ms: undefined });
});

test('a profile of nothing but a burst is refused, with what to take instead', () => {
  expect(() => new HttpLoad({ profile: LOAD_PROFILES.burst, url })).toThrow(
    'profile "burst" is one burst; for pages take one that lasts, such as ramp',
  );
});

test('a slow server gets every planned request, and its times count from the planned moments', async () => {
  delayMs = 500;
  const load = new HttpLoad({ profile: steady(8, 10), url });
  let sentAtEnd = 0;
  const startedAt = Date.now();

  await load.run(unstopped, () => (sentAtEnd = Date.now() - startedAt));

  const { sent, answered, failed, refused, p50Ms, p99Ms } = load.counts();
  expect({ sent, answered, failed, refused }).toEqual({
    ...{ sent: 80, answered: 80, failed: 0, refused: 0 },
  });
  expect(requests).toBe(80);
  // eighty responses one after the other would take 40 s
  expect(sentAtEnd).toBeLessThan(9000);
  expect(p50Ms).toBeGreaterThanOrEqual(495);
  expect(p50Ms).toBeLessThan(1000);
  expect(p99Ms).toBeGreaterThanOrEqual(p50Ms!);
}, 20_000);

test('a burst within a profile is sent too', async () => {
  const { stages, ...rest } = steady(1, 10);
  const profile = { ...rest, stages: [{ kind: 'burst' as const, requests: 20 }, ...stages] };
  const load = new HttpLoad({ profile, url });

  await load.run(unstopped, ignored);

  expect(load.counts()).toMatchObject({ sent: 30, answered: 30 });
});

test('requests without a response in time have failed, and count as slower than the others', async () => {
  delayMs = 60_000;
  const load = new HttpLoad({ profile: steady(1, 10), url, drainSeconds: 1 });

  await expect(load.run(unstopped, ignored)).rejects.toThrow(
    '10 requests have no answer 1 s after the last one',
  );

  expect(load.counts()).toEqual({
    ...{ sent: 10, refused: 0, answered: 0, failed: 10, cached: 0, duplicates: 0 },
  });
});

test('failed requests count as slower than the answered ones', async () => {
  statusOf = (request) => (request % 10 === 0 ? 503 : 200);
  const load = new HttpLoad({ profile: steady(1, 40), url });

  await load.run(unstopped, ignored);

  const { answered, failed, p50Ms, p95Ms } = load.counts();
  expect({ answered, failed }).toEqual({ answered: 36, failed: 4 });
  expect(p50Ms).toBeDefined();
  expect(p95Ms).toBeUndefined();
});
