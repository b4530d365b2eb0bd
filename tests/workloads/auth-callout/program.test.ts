import { join } from 'node:path';
import { createUser } from '@nats-io/jwt';
import { freePort } from '../../../cli/bench/free-port';
import { newBrowserSession, sessionInbox } from '../../../workloads/protocol/browser-session';
import { AUTH_CALLOUT } from '../../../workloads/protocol/names';
import { eventually } from '../../support/meme-lab';
import { SecuredNats } from '../../support/nats-lab';
import { connectBrowser } from '../../support/nats-rights';
import { run } from '../../support/run';
import { stagedImage } from '../../support/staged-image';
import { TcpProxy } from '../../support/tcp-proxy';
import { WorkerProcess } from '../../support/worker-process';

// signing takes its time on a busy machine
jest.setTimeout(120_000);

let program: string;
let nats: SecuredNats;
const running: WorkerProcess[] = [];

// a program that gets so far waits there
const AWAY = 'nats://127.0.0.1:1';

beforeAll(async () => {
  program = join(await stagedImage('auth-callout'), 'auth-callout.cjs');
  nats = await SecuredNats.start();
});

afterEach(() => Promise.all(running.splice(0).map((callout) => callout.kill())));

afterAll(() => nats?.stop());

const envAt = (natsUrl: string): Record<string, string> => ({
  NATS_URL: natsUrl,
  [AUTH_CALLOUT.seedKey]: nats.secrets.issuerSeed,
  ...nats.secrets.credentials('auth-callout'),
});

async function start(natsUrl = nats.server.url): Promise<WorkerProcess> {
  const callout = await WorkerProcess.start(program, envAt(natsUrl));
  running.push(callout);
  return callout;
}

const readiness = async (callout: WorkerProcess): Promise<string> => {
  const { status, text } = await callout.get('/readyz');
  return `${status} ${text.trim()}`;
};

const decisions = (callout: WorkerProcess, outcome: string): Promise<number> =>
  callout.metric(`nats_auth_callout_decisions_total{outcome="${outcome}"}`);

test.each([
  ['is cut off', (seed: string) => seed.slice(0, -4)],
  ['has one letter changed', (seed: string) => seed.slice(0, 20) + 'AAAA' + seed.slice(24)],
  ['is that of a user', () => new TextDecoder().decode(createUser().getSeed())],
])('a seed that %s ends it with 2, says what is wanted and does not show it', async (_, spoil) => {
  const seed = spoil(nats.secrets.issuerSeed);

  const { code, stdout, stderr } = await run('node', [program], {
    env: { ...envAt(AWAY), [AUTH_CALLOUT.seedKey]: seed },
  });

  expect(stderr).toContain(
    `'${AUTH_CALLOUT.seedKey}' is (hidden): give the seed of an nkey account, which starts with SA`,
  );
  for (const part of [seed, seed.slice(2, 12)]) expect(stdout + stderr).not.toContain(part);
  expect(code).toBe(2);
});

test('no seed at all ends it with 2', async () => {
  const { code, stderr } = await run('node', [program], {
    env: { ...envAt(AWAY), [AUTH_CALLOUT.seedKey]: '' },
  });

  expect(stderr).toContain(`'${AUTH_CALLOUT.seedKey}' is not set`);
  expect(code).toBe(2);
});

test('is ready while NATS is connected, and only then', async () => {
  const port = await freePort();
  const callout = await start(`nats://127.0.0.1:${port}`);
  await eventually('a refused readiness', 20_000, async () =>
    (await readiness(callout)).startsWith('503'),
  );
  expect(await readiness(callout)).toBe('503 not ready: nats is not connected');
  expect((await callout.get('/healthz')).status).toBe(200);

  const proxy = await TcpProxy.start(nats.server.url, Infinity, port);
  await callout.whenReady();

  await proxy.stop();
  await eventually('the loss to be seen', 20_000, async () =>
    (await readiness(callout)).startsWith('503'),
  );
});

test('counts whom it lets in and whom it refuses', async () => {
  const callout = await start();
  await callout.whenReady();
  const session = newBrowserSession();
  const inbox = await sessionInbox(session);
  const enter = (id: string) => connectBrowser(nats.websocketUrl, id, session.secret, inbox);
  await eventually('the subscription', 30_000, async () => {
    await (await enter(session.id)).close();
    return true;
  });
  const admitted = await decisions(callout, 'admitted');
  expect(admitted).toBeGreaterThan(0);

  await (await enter(session.id)).close();
  for (const id of ['short', `${session.id}.>`]) {
    await expect(enter(id)).rejects.toThrow(/authorization violation/i);
  }

  expect(await decisions(callout, 'admitted')).toBe(admitted + 1);
  expect(await decisions(callout, 'refused')).toBe(2);
  const refused = callout.log.filter(({ msg }) => msg === 'client refused');
  expect(refused).toHaveLength(2);
  expect(callout.text).not.toContain(session.secret);
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends it with 0', async (signal) => {
  const callout = await start();
  await callout.whenReady();

  callout.signal(signal);

  expect(await callout.exited()).toBe(0);
});

test('SIGTERM ends it with 0 while NATS is away too', async () => {
  const proxy = await TcpProxy.start(nats.server.url);
  const callout = await start(`nats://127.0.0.1:${proxy.port}`);
  await callout.whenReady();
  await proxy.stop();
  await eventually('the loss to be seen', 20_000, async () =>
    (await readiness(callout)).startsWith('503'),
  );

  callout.signal('SIGTERM');

  expect(await callout.exited()).toBe(0);
});

test('SIGTERM ends it with 0 while it waits for NATS to come', async () => {
  const callout = await start(`nats://127.0.0.1:${await freePort()}`);
  await eventually('a refused readiness', 20_000, async () =>
    (await readiness(callout)).startsWith('503'),
  );

  callout.signal('SIGTERM');

  expect(await callout.exited()).toBe(0);
});

test('a password that the server does not take ends it with 1, and is not shown', async () => {
  const password = 'p0123456789abcdef';

  const { code, stdout, stderr } = await run('node', [program], {
    env: { ...envAt(nats.server.url), NATS_PASSWORD: password, METRICS_ADDR: '127.0.0.1:0' },
  });

  expect(stderr).toContain('it refuses the user');
  expect(stdout + stderr).not.toContain(password);
  expect(code).toBe(1);
});
