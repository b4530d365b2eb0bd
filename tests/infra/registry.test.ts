import * as fs from 'node:fs';
import { askRegistry } from '../../infra/registry';
import { registryCredentials } from '../../infra/registry-credentials';
import { Registry, REGISTRY_USER } from './support/registry';
import { temporaryDirectory, writeFile } from './support/temporary-directory';

const DIGEST = `sha256:${'a'.repeat(64)}`;

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
  process.env = { ...before, DOCKER_CONFIG: directory.path, XDG_CONFIG_HOME: directory.path };
  delete process.env.REGISTRY_AUTH_FILE;
  delete process.env.XDG_RUNTIME_DIR;
});

afterEach(() => {
  process.env = before;
});

const logIn = (file: object) => writeFile(directory.path, 'config.json', JSON.stringify(file));

/** A credential helper `lab` on the path that knows one server. */
function addHelper(server: string): void {
  const path = writeFile(
    directory.path,
    'docker-credential-lab',
    `#!/bin/sh\nread -r server\n[ "$server" = ${server} ] || exit 1\n` +
      `echo '{"Username":"me","Secret":"secret"}'\n`,
  );
  fs.chmodSync(path, 0o755);
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

  await expect(registryCredentials('registry.example.com')).resolves.toBe(REGISTRY_USER);
  await expect(registryCredentials('other.example.com')).resolves.toBeUndefined();
});

test.each(['https://index.docker.io/v1/', 'docker.io'])(
  'whoever is logged in at docker.io may be so under the name %s',
  async (name) => {
    logIn({ auths: { [name]: { auth: REGISTRY_USER } } });
    await expect(registryCredentials('docker.io')).resolves.toBe(REGISTRY_USER);
    addHelper(name);
    logIn({ credHelpers: { [name]: 'lab' } });
    await expect(registryCredentials('docker.io')).resolves.toBe(REGISTRY_USER);
  },
);

test("the file that podman's tools keep across boots is read too", async () => {
  const auths = { 'podman.example.com': { auth: REGISTRY_USER } };
  writeFile(directory.path, 'containers/auth.json', JSON.stringify({ auths }));
  await expect(registryCredentials('podman.example.com')).resolves.toBe(REGISTRY_USER);
});

test('a broken file is named', async () => {
  writeFile(directory.path, 'config.json', '{');
  await expect(registryCredentials('docker.io')).rejects.toThrow(
    /config\.json" is no JSON \(.*\); log in again to mend it/,
  );
});
