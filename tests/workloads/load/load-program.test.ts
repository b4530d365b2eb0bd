import { join } from 'node:path';
import { type NatsConnection } from 'nats';
import { LOAD_SUBJECTS, loadReplySchema } from '../../../workloads/protocol/load-request';
import { freePort } from '../../../cli/bench/free-port';
import { type NatsUserName } from '../../../charts/platform/nats/nats-users';
import { eventually } from '../../support/meme-lab';
import { SecuredNats } from '../../support/nats-lab';
import { RedisServer } from '../../support/redis-server';
import { run } from '../../support/run';
import { stagedImage } from '../../support/staged-image';
import { WorkerProcess } from '../../support/worker-process';

jest.setTimeout(120_000);

let folders: { readonly worker: string; readonly load: string };
let nats: SecuredNats;
let redis: RedisServer;
let programs: WorkerProcess[];
let operator: NatsConnection;

const envOf = (user: NatsUserName) => ({
  NATS_URL: nats.server.url,
  REDIS_URL: redis.url,
  ...nats.secrets.credentials(user),
});

beforeAll(async () => {
  folders = { worker: await stagedImage('worker'), load: await stagedImage('load') };
  nats = await SecuredNats.start();
  redis = await RedisServer.start();
  const bootstrap = join(folders.worker, 'bootstrap.cjs');
  expect(await run('node', [bootstrap, '--once'], { env: envOf('bootstrap') })).toMatchObject({
    code: 0,
  });
  programs = [
    await WorkerProcess.start(join(folders.worker, 'worker.cjs'), {
      ...envOf('worker'),
      POD_NAME: 'worker-0',
      WORKER_CONCURRENCY: '8',
    }),
    await WorkerProcess.start(join(folders.load, 'load.cjs'), envOf('load')),
  ];
  for (const program of programs) await program.whenReady();
  operator = await nats.connect('operator');
});

afterAll(async () => {
  await Promise.all(programs.map((program) => program.kill()));
  await Promise.all([nats.stop(), redis.remove()]);
});

const ask = async (subject: string, body: object = {}) => {
  const message = await operator.request(subject, JSON.stringify(body), { timeout: 5000 });
  return loadReplySchema.parse(message.json());
};

test('the image makes a load with the rights of its own user', async () => {
  expect(await ask(LOAD_SUBJECTS.start, { profile: 'single' })).toMatchObject({ ok: true });
  await eventually('the end of the load', 20_000, async () => {
    const { state } = await ask(LOAD_SUBJECTS.get);
    return !state.running;
  });

  const { state } = await ask(LOAD_SUBJECTS.get);
  expect(state.run).toMatchObject({ phase: 'done', sent: 1, answered: 1, failed: 0, refused: 0 });
  expect(programs[1]!.text).not.toMatch(/permission|reports an error/i);
});

test('the same image makes one load and ends, as a Job does', async () => {
  const job = join(folders.load, 'run.cjs');

  const { code, stdout, stderr } = await run('node', [job, '--profile', 'single'], {
    env: envOf('load'),
  });

  expect(stderr).toBe('');
  expect(stdout).toMatch(/1 sent, 0 refused, 1 answered/);
  expect(code).toBe(0);
});

test('SIGTERM ends it with 0 while it waits for NATS to come', async () => {
  const away = { ...envOf('load'), NATS_URL: `nats://127.0.0.1:${await freePort()}` };
  const load = await WorkerProcess.start(join(folders.load, 'load.cjs'), away);
  programs.push(load);
  await eventually('not ready', 15_000, async () => (await load.get('/readyz')).status === 503);

  load.signal('SIGTERM');

  expect(await load.exited()).toBe(0);
});

test('is not ready while NATS is away', async () => {
  const load = programs[1]!;
  await nats.server.stop();

  await eventually('not ready', 15_000, async () => (await load.get('/readyz')).status === 503);
  expect((await load.get('/readyz')).text).toContain('nats is not connected');
});

test('SIGTERM ends it with 0 while NATS is away', async () => {
  const load = programs[1]!;
  load.signal('SIGTERM');

  expect(await load.exited()).toBe(0);
});
