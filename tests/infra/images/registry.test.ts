import * as fs from 'node:fs';
import * as path from 'node:path';
import { askRegistry } from '../../../infra/images/registry';
import { authFiles, registryCredentials } from '../../../infra/images/registry-credentials';
import { Registry, REGISTRY_IDENTITY, REGISTRY_USER } from '../support/registry';
import { temporaryDirectory, writeFile } from '../support/temporary-directory';

const DIGEST = `sha256:${'a'.repeat(64)}`;

const AS_USER = { basic: REGISTRY_USER };

const directory = temporaryDirectory();
const before = { ...process.env };
let registry: Registry;

beforeAll(async () => {
  const names = ['lab/worker:1', 'private/worker:1', 'basic/worker:1'];
  registry = await Registry.start(
    new Map([...names.map((name) => [name, DIGEST] as const), ['lab/silent:1', '']]),
  );
});

afterAll(() => registry.stop());

beforeEach(() => {
  const XDG_RUNTIME_DIR = path.join(directory.path, 'run');
  const { path: home } = directory;
  process.env = { ...before, DOCKER_CONFIG: home, XDG_CONFIG_HOME: home, XDG_RUNTIME_DIR };
  delete process.env.REGISTRY_AUTH_FILE;
});

afterEach(() => {
  process.env = before;
});

const logIn = (file: object) => writeFile(directory.path, 'config.json', JSON.stringify(file));

/** A credential helper `lab` on the path that knows one server. */
function addHelper(server: string, user = 'me', secret = 'secret'): void {
  const file = writeFile(
    directory.path,
    'docker-credential-lab',
    `#!/bin/sh\nread -r server\n[ "$server" = ${server} ] || exit 1\n` +
      `echo '{"Username":"${user}","Secret":"${secret}"}'\n`,
  );
  fs.chmodSync(file, 0o755);
  process.env.PATH = `${directory.path}:${before.PATH}`;
}

const ask = (name: string) => askRegistry(`${registry.host}/${name}`);

test('tells the digest of an image, and that there is none', async () => {
  await expect(ask('lab/worker:1')).resolves.toEqual({ status: 200, digest: DIGEST });
  await expect(ask('lab/worker:2')).resolves.toEqual({ status: 404 });
  await expect(ask('lab/silent:1')).resolves.toEqual({ status: 200 });
});

test.each(['private/worker:1', 'basic/worker:1'])(
  'tells who is logged in about %s, and nobody else',
  async (name) => {
    await expect(ask(name)).resolves.toEqual({ status: 401 });
    logIn({ auths: { [registry.host]: { auth: Buffer.from('me:wrong').toString('base64') } } });
    await expect(ask(name)).resolves.toEqual({ status: 401 });
    logIn({ auths: { [registry.host]: { auth: REGISTRY_USER } } });
    await expect(ask(name)).resolves.toEqual({ status: 200, digest: DIGEST });
  },
);

test('a registry that is not there is no answer', async () => {
  const gone = await Registry.start(new Map());
  await gone.stop();
  await expect(askRegistry(`${gone.host}/lab/worker:1`)).resolves.toEqual({
    status: expect.stringContaining('ECONNREFUSED'),
  });
});

test("a credential helper is asked for what the tools' file does not hold itself", async () => {
  addHelper('registry.example.com');
  logIn({ auths: { 'registry.example.com': {} }, credsStore: 'lab' });

  await expect(registryCredentials('registry.example.com')).resolves.toEqual(AS_USER);
  await expect(registryCredentials('other.example.com')).resolves.toBeUndefined();
});

test.each(['https://index.docker.io/v1/', 'docker.io'])(
  'whoever is logged in at docker.io may be so under the name %s',
  async (name) => {
    logIn({ auths: { [name]: { auth: REGISTRY_USER } } });
    await expect(registryCredentials('docker.io/library/redis')).resolves.toEqual(AS_USER);
    addHelper(name);
    logIn({ credHelpers: { [name]: 'lab' } });
    await expect(registryCredentials('docker.io/library/redis')).resolves.toEqual(AS_USER);
  },
);

test("the file that podman's tools keep across boots is read too", async () => {
  const auths = { 'podman.example.com': { auth: REGISTRY_USER } };
  writeFile(directory.path, 'containers/auth.json', JSON.stringify({ auths }));
  await expect(registryCredentials('podman.example.com')).resolves.toEqual(AS_USER);
});

test('the file of this login is read first, and where nobody says where that is, it is below /run', async () => {
  const auths = { 'podman.example.com': { auth: REGISTRY_USER } };
  writeFile(directory.path, 'run/containers/auth.json', JSON.stringify({ auths }));
  logIn({ auths: { 'podman.example.com': { auth: 'another' } } });
  await expect(registryCredentials('podman.example.com')).resolves.toEqual(AS_USER);

  const perUser = `/run/containers/${process.getuid?.()}/auth.json`;
  expect(authFiles({})[0]).toBe(perUser);
  expect(authFiles({ REGISTRY_AUTH_FILE: '/mine', XDG_RUNTIME_DIR: '' })).toEqual(
    expect.arrayContaining(['/mine', perUser]),
  );
  expect(authFiles(process.env)).not.toContain(perUser);
});

test('whoever is logged in at a part of a registry is so there alone', async () => {
  const entries = { 'r.io': 'host', 'r.io/team': 'team', 'r.io/team/app': 'app' };
  const auths = Object.entries(entries).map(([key, auth]) => [key, { auth }]);
  logIn({ auths: Object.fromEntries(auths) });
  const at = async (name: string) => (await registryCredentials(name))?.basic;
  expect(await at('r.io/team/app')).toBe('app');
  expect(await at('r.io/team/app/part')).toBe('app');
  expect(await at('r.io/team/other')).toBe('team');
  expect(await at('r.io/teams/app')).toBe('host');
  expect(await at('other.io/team/app')).toBeUndefined();
});

test('credentials for a namespace are those that the registry gets', async () => {
  const wrong = Buffer.from('me:wrong').toString('base64');
  const names = { [registry.host]: wrong, [`${registry.host}/private`]: REGISTRY_USER };
  const auths = Object.entries(names).map(([key, auth]) => [key, { auth }]);
  logIn({ auths: Object.fromEntries(auths) });
  await expect(ask('private/worker:1')).resolves.toEqual({ status: 200, digest: DIGEST });
  await expect(ask('basic/worker:1')).resolves.toEqual({ status: 401 });
});

describe('an identity token', () => {
  const auth = Buffer.from('00000000-0000-0000-0000-000000000000:').toString('base64');

  test('is exchanged for a token', async () => {
    logIn({ auths: { [registry.host]: { auth, identitytoken: REGISTRY_IDENTITY } } });
    await expect(ask('private/worker:1')).resolves.toEqual({ status: 200, digest: DIGEST });
    logIn({ auths: { [registry.host]: { auth, identitytoken: 'expired' } } });
    await expect(ask('private/worker:1')).resolves.toEqual({ status: 401 });
  });

  test('may come from a credential helper', async () => {
    addHelper(registry.host, '<token>', REGISTRY_IDENTITY);
    logIn({ credHelpers: { [registry.host]: 'lab' } });
    await expect(ask('private/worker:1')).resolves.toEqual({ status: 200, digest: DIGEST });
  });

  test('is no password', async () => {
    logIn({ auths: { [registry.host]: { auth, identitytoken: REGISTRY_IDENTITY } } });
    await expect(ask('basic/worker:1')).resolves.toEqual({ status: 401 });
  });
});

test('a broken file is named', async () => {
  writeFile(directory.path, 'config.json', '{');
  await expect(registryCredentials('docker.io')).rejects.toThrow(
    /config\.json" is no JSON \(.*\); log in again to mend it/,
  );
});
