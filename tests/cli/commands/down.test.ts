import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import execa from 'execa';
import { LabCopy, testAsRoot } from '../../local/support/lab-copy';
import { standIn } from '../../local/support/stand-in';

let lab: LabCopy;
let stateDir: string;
let node: string;

beforeAll(async () => {
  lab = await LabCopy.make();
  stateDir = join(lab.state, 'autoscaling-lab');
  node = join(stateDir, 'node');
});

beforeEach(async () => {
  await rm(stateDir, { recursive: true, force: true });
  await rm(join(lab.folder, 'calls'), { force: true });
  await mkdir(node, { recursive: true });
});

// cgroups have one name on a machine: without a view of them a lab that runs here stays as it is
const WITHOUT_CGROUPS = 'mount -t tmpfs none /sys/fs/cgroup && exec "$@"';

function down(env: NodeJS.ProcessEnv): Promise<execa.ExecaReturnValue> {
  const command = [process.execPath, lab.program, 'down'];
  return execa('unshare', ['--mount', 'sh', '-c', WITHOUT_CGROUPS, 'sh', ...command], {
    cwd: lab.folder,
    stdin: 'ignore',
    reject: false,
    extendEnv: false,
    timeout: 60_000,
    env: { ...lab.environment(), AUTOSCALING_LAB_PULUMI: 'official', ...env },
  });
}

const calls = () => readFile(join(lab.folder, 'calls'), 'utf8').catch(() => '');

/** Its Pulumi writes down how it is called, and fails where this fault says so. */
function pulumi(fault = ''): Promise<void> {
  const note = `echo "$PULUMI_BACKEND_URL: $*" >>${join(lab.folder, 'calls')}`;
  return standIn(join(lab.folder, 'node_modules/.bin'), 'pulumi', `${note}\n${fault}`);
}

const stop = () => writeFile(join(node, 'made'), '1');

testAsRoot.each([
  ['stopped', stop],
  ['incomplete', () => Promise.resolve()],
])(
  "the stack of a cluster that is %s goes from a backend of the user's",
  async (state, arrange) => {
    await arrange();
    await pulumi();
    const result = await down({ PULUMI_BACKEND_URL: 's3://states' });

    expect(result.stderr).toContain(`the local cluster is ${state}: removing its files`);
    expect(result.exitCode).toBe(0);
    await expect(calls()).resolves.toBe(
      's3://states: stack select --create dev\n' +
        's3://states: stack rm --force --yes --preserve-config dev\n',
    );
    await expect(lab.left()).resolves.not.toContain('autoscaling-lab/node');
  },
);

testAsRoot(
  'a stack that cannot be removed is named, and the cluster goes all the same',
  async () => {
    await stop();
    await pulumi('[ "$2" != rm ] || exit 255');
    const result = await down({ PULUMI_BACKEND_URL: 's3://states' });

    expect(result.stderr).toContain(
      '"pulumi stack rm --force --yes --preserve-config dev" failed with exit code 255; see above\n' +
        'the stack "dev" is still in your Pulumi backend, so "up" would consider its resources deployed: ' +
        'remove it with "npx pulumi stack rm --force --yes --preserve-config dev"',
    );
    expect(result.exitCode).toBe(0);
    await expect(lab.left()).resolves.not.toContain('autoscaling-lab/node');
  },
);

testAsRoot.each([
  ['named nowhere', () => ({})],
  [
    'named by a shell with its environment',
    () => ({ PULUMI_BACKEND_URL: `file://${stateDir}/pulumi` }),
  ],
])("Pulumi is not asked where the lab's own backend is %s", async (_, env) => {
  await stop();
  await pulumi();
  const result = await down({ PULUMI_BACKEND_URL: undefined, ...env() });

  expect(result.exitCode).toBe(0);
  await expect(calls()).resolves.toBe('');
});
