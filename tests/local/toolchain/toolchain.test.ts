import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  access,
  appendFile,
  constants,
  cp,
  mkdir,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import execa from 'execa';
import { readLocalConfig } from '../../../local/config';
import { nginxFolder } from '../../../local/nginx-program';
import { VERSIONS } from '../../../local/toolchain/sets';
import { LabCopy } from '../support/lab-copy';

const DEFINITION = join(__dirname, '../../../local/toolchain/nats');

/** A server of a few lines in the place of nats-server: what is tested here is the same for every set. */
const SMALL_SERVER = {
  'go.mod': `module autoscaling-lab/toolchain/nats

go 1.26

tool example.com/nats-server

require example.com/nats-server v0.0.0

replace example.com/nats-server => ./server
`,
  'go.sum': '',
  'server/go.mod': 'module example.com/nats-server\n\ngo 1.26\n',
  'server/main.go': 'package main\n\nfunc main() { print("a small server") }\n',
};

const BUILT = /^nats-[0-9a-f]{12}$/;

let lab: LabCopy;
let toolchain: string;
let sums: string;

beforeAll(async () => {
  lab = await LabCopy.make();
  toolchain = join(lab.cache, 'autoscaling-lab/toolchain');
  sums = join(lab.natsDefinition, 'go.sum');
  await rm(lab.natsDefinition, { recursive: true });
  await mkdir(join(lab.natsDefinition, 'server'), { recursive: true });
  for (const [name, text] of Object.entries(SMALL_SERVER))
    await writeFile(join(lab.natsDefinition, name), text);

  // the web server that "run" also puts on PATH is not tested here, and its root file system takes a minute to make
  const { cacheDir } = readLocalConfig(process.env);
  await nginxFolder(cacheDir);
  for (const folder of ['roots', 'tools']) {
    await mkdir(join(lab.cache, 'autoscaling-lab'), { recursive: true });
    await symlink(join(cacheDir, folder), join(lab.cache, 'autoscaling-lab', folder));
  }
});

const entries = () => readdir(toolchain).catch(() => [] as string[]);
const built = async () => (await entries()).filter((name) => BUILT.test(name));
const server = () => lab.run(['run', '--', 'sh', '-c', 'exec nats-server 2>&1']);

test('a build that is killed half way leaves nothing that counts as built, and the next one ends well', async () => {
  const child = spawn(process.execPath, [lab.program, 'run', '--', 'true'], {
    cwd: lab.folder,
    env: lab.environment(),
    detached: true,
    stdio: 'ignore',
  });
  const gone = once(child, 'exit');
  while (!(await entries()).some((name) => name.endsWith('.partial'))) {
    expect(child.exitCode).toBeNull();
    await sleep(10);
  }
  process.kill(-(child.pid ?? 0), 'SIGKILL');
  await gone;
  await expect(built()).resolves.toEqual([]);

  // as if the machine had been off meanwhile; how long a dead holder's lock lasts is tested with the lock
  const longAgo = new Date(Date.now() - 60_000);
  for (const name of await entries())
    if (name.endsWith('.lock.lock')) await utimes(join(toolchain, name), longAgo, longAgo);
  const result = await server();
  expect(result.stdout).toBe('a small server');
  expect(result.stderr).toContain('building nats');
  expect(result.exitCode).toBe(0);
  await expect(entries()).resolves.toEqual(await built());
  await expect(built()).resolves.toHaveLength(1);
});

test('the nats-server that tests run is the pinned one', async () => {
  const { stdout } = await execa('nats-server', ['--version']);
  expect(stdout).toBe(`nats-server: v${VERSIONS.nats}`);
});

test('what is built is used again', async () => {
  const result = await server();
  expect(result.stdout).toBe('a small server');
  expect(result.stderr).toBe('');
});

test('the exit code is that of the command, and an unknown command is named', async () => {
  expect((await lab.run(['run', '--', 'sh', '-c', 'exit 7'])).exitCode).toBe(7);
  const unknown = await lab.run(['run', '--', 'no-such-program']);
  expect(unknown.stderr).toContain('error: "no-such-program" could not be run: ');
  expect(unknown.exitCode).toBe(2);
});

test('another go.sum is another build, which replaces the older one', async () => {
  const [before] = await built();
  await appendFile(sums, `example.com/unused v1.0.0 h1:${'A'.repeat(43)}=\n`);
  expect((await server()).exitCode).toBe(0);
  const after = await built();
  expect(after).toHaveLength(1);
  expect(after[0]).not.toBe(before);
  await access(join(toolchain, after[0] ?? '', 'nats-server'), constants.X_OK);
});

test('of two builders at the same time one builds and the other waits for it', async () => {
  await rm(toolchain, { recursive: true });
  const results = await Promise.all([server(), server()]);
  expect(results.map(({ stdout }) => stdout)).toEqual(Array(2).fill('a small server'));
  const builders = results.filter(({ stderr }) => stderr.includes('building nats'));
  expect(builders).toHaveLength(1);
});

test('a module that is not the pinned one is refused, and nothing is left of the build', async () => {
  const before = await entries();
  await cp(DEFINITION, lab.natsDefinition, { recursive: true });
  const text = await readFile(sums, 'utf8');
  const [line = ''] = /^github\.com\/nats-io\/nats-server\/v2 \S+ h1:.*$/m.exec(text) ?? [];
  await writeFile(sums, text.replace(line, `${line.split('h1:')[0]}h1:${'A'.repeat(43)}=`));
  const result = await server();
  expect(result.stderr).toMatch(/error: "go list [^"]*" failed: [^]*checksum mismatch/);
  expect(result.exitCode).toBe(2);
  await expect(entries()).resolves.toEqual(before);
});

test('without Go the one sentence says what to install', async () => {
  const empty = join(lab.folder, 'empty');
  await mkdir(empty);
  const result = await lab.run(['run', '--', 'true'], { env: { PATH: empty } });
  expect(result.stderr).toBe(
    'error: "go" is not on PATH: install Go 1.26 or newer and run the command again',
  );
  expect(result.exitCode).toBe(2);
});
