import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { selfSignedServer } from '../../../infra/secrets/server-certificate';
import { kubeconfig } from '../../infra/support/kubeconfig';
import { LabCopy } from '../../local/support/lab-copy';

const SECRET = '/api/v1/namespaces/messaging/secrets/nats-operator';
const OWN = 'nats://127.0.0.1:4333';
const NONE = {
  NATS_URL: undefined,
  NATS_USER: undefined,
  NATS_PASSWORD: undefined,
  NATS_CA: undefined,
};
const FRESH = { NATS_URL: OWN, NATS_USER: 'operator', NATS_PASSWORD: 'new' };

let lab: LabCopy;
let api: Server;
/** What the Secret holds; undefined where the lab is not up. */
let secret: Readonly<Record<string, string>> | undefined;

beforeAll(async () => {
  lab = await LabCopy.make();
  const { certificate: cert, privateKey: key } = await selfSignedServer(['localhost']);
  api = createServer({ cert, key }, (request, response) => {
    const known = request.url === SECRET && secret !== undefined;
    const data = Object.entries(secret ?? {}).map(([name, value]) => [name, btoa(value)]);
    response.statusCode = known ? 200 : 404;
    response.end(JSON.stringify({ data: Object.fromEntries(data) }));
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  const server = `https://127.0.0.1:${(api.address() as AddressInfo).port}`;
  await mkdir(join(lab.state, 'autoscaling-lab'));
  await writeFile(
    join(lab.state, 'autoscaling-lab/kubeconfig'),
    kubeconfig({ 'autoscaling-lab': server }),
  );
}, 30_000);

afterAll(() => new Promise((resolve) => api.close(resolve)));

beforeEach(() => {
  secret = { NATS_USER: 'operator', NATS_PASSWORD: 'new' };
});

/** The variables of NATS that a client is given in a shell that has these. */
async function given(shell: Readonly<Record<string, string>>): Promise<unknown> {
  const print =
    'const nats = Object.entries(process.env).filter(([name]) => name.startsWith("NATS_"));' +
    'console.log(JSON.stringify(Object.fromEntries(nats)))';
  const { stdout, stderr } = await lab.run(['client', '--', process.execPath, '-e', print], {
    env: { ...NONE, AUTOSCALING_LAB_NATS_PORT: '4333', ...shell },
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

test('a client is the operator on the local cluster', async () => {
  await expect(given({})).resolves.toEqual(FRESH);
});

test('a shell with the environment of a lab that was not up yet gets the credentials', async () => {
  await expect(given({ NATS_URL: OWN })).resolves.toEqual(FRESH);
});

test('a shell with the environment of an earlier lab gets those of this one', async () => {
  const earlier = { NATS_URL: OWN, NATS_USER: 'operator', NATS_PASSWORD: 'old', NATS_CA: 'old' };

  await expect(given(earlier)).resolves.toEqual(FRESH);
  secret = { ...secret, NATS_CA: 'new' };
  await expect(given(earlier)).resolves.toEqual({ ...FRESH, NATS_CA: 'new' });
});

test.each([
  ['server', { NATS_URL: 'nats://nats.example.com:4222' }],
  [
    'server, with a user',
    { NATS_URL: 'tls://nats.example.com:4222', NATS_USER: 'operator', NATS_PASSWORD: 'own' },
  ],
  ['user', { NATS_USER: 'me', NATS_PASSWORD: 'own' }],
])("another %s is somebody else's", async (_, shell) => {
  await expect(given(shell)).resolves.toEqual(shell);
});

test('where the lab is not up the shell keeps what it has', async () => {
  secret = undefined;
  const shell = { NATS_URL: OWN, NATS_USER: 'operator', NATS_PASSWORD: 'old' };

  await expect(given(shell)).resolves.toEqual(shell);
});
