import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import execa from 'execa';
import { LabCopy } from '../../local/support/lab-copy';
import { standIn } from '../../local/support/stand-in';

const PROJECT = join(__dirname, '../../..');

let lab: LabCopy;

beforeAll(async () => {
  lab = await LabCopy.make();
});

test('npm run status in a fresh checkout prints what to do and exits with 0', async () => {
  const result = await execa('npm', ['run', '--silent', 'status'], {
    cwd: PROJECT,
    env: lab.environment(),
    stdin: 'ignore',
    reject: false,
  });
  expect(result.stdout).toBe(
    [
      'cluster: autoscaling-lab (local, absent)',
      'the lab is not running; start it with "npm run up"',
    ].join('\n'),
  );
  expect(result.exitCode).toBe(0);
}, 90_000);

test.each([
  [
    'preview',
    'the local cluster is absent, and a preview needs its API server: run "npm run up" first',
  ],
  [
    'rotate-secrets',
    'the local cluster is absent, so it has no secrets to replace: run "npm run up" first',
  ],
  [
    'down --keep-volumes',
    '"--keep-volumes" has no effect when the local cluster is removed too: add "--keep-cluster"',
  ],
  ['logs', 'the local node has no logs yet: create it with "npm run up"'],
  ['logs kubelet', 'the local node has no logs yet: create it with "npm run up"'],
  ['has-image redis:7', 'the local node is not running: start it with "npm run up"'],
  ['load absent.tar', 'cannot read the image archive "absent.tar": ENOENT'],
])('"%s" is refused in one sentence', async (command, sentence) => {
  const result = await lab.run(command.split(' '));
  expect(result.stderr).toBe(`error: ${sentence}`);
  expect(result.stdout).toBe('');
  expect(result.exitCode).toBe(2);
});

test.each(['down --keep-cluster', 'down --keep-cluster --keep-volumes'])(
  '"%s" has nothing to do and reports it',
  async (command) => {
    const result = await lab.run(command.split(' '));
    expect(result.stderr).toBe('no local cluster to remove the lab from');
    expect(result.exitCode).toBe(0);
  },
);

test('none of these commands writes anything', async () => {
  await expect(lab.left()).resolves.toEqual([]);
});

test('a faulty environment is refused before any command', async () => {
  const result = await lab.run(['status'], { env: { AUTOSCALING_LAB_API_PORT: '99999' } });
  expect(result.stderr).toBe(
    'error: invalid environment variables:\n  "AUTOSCALING_LAB_API_PORT" is "99999": give a TCP port from 1 to 65535',
  );
  expect(result.exitCode).toBe(2);
});

test('AUTOSCALING_LAB_STACK names the stack of every command', async () => {
  const file = join(lab.folder, 'kubeconfig');
  await writeFile(file, 'apiVersion: v1\nkind: Config\ncontexts: []\n');
  const settings = 'config:\n  autoscaling-lab:kubeContext: elsewhere\n';
  await writeFile(join(lab.folder, 'Pulumi.mine.yaml'), settings);
  const env = { AUTOSCALING_LAB_STACK: 'mine', KUBECONFIG: file };
  const result = await lab.run(['status'], { env });
  expect(result.stdout).toBe('cluster: elsewhere');
  expect(result.stderr).toContain('error: the kubeconfig has no context "elsewhere"');
  const empty = await lab.run(['status'], { env: { AUTOSCALING_LAB_STACK: '' } });
  expect(empty.stderr).toContain("'AUTOSCALING_LAB_STACK' is invalid. give a stack name.");
});

test.each([
  ['an unknown command', ['bring-up'], "unknown command 'bring-up'"],
  ['run without a command', ['run', '--'], "missing required argument 'command'"],
  ['an unknown option', ['down', '--keep'], "unknown option '--keep'"],
  [
    'no node',
    ['up', '--nodes', '0'],
    "option '--nodes <number>' argument '0' is invalid. give a whole number from 1 to 5.",
  ],
  [
    'part of a node',
    ['start', '--nodes', '1.5'],
    "option '--nodes <number>' argument '1.5' is invalid.",
  ],
])('%s prints the usage', async (_, args, fault) => {
  const result = await lab.run(args);
  expect(result.stderr).toContain(`error: ${fault}`);
  expect(result.stderr).toContain('Usage: lab');
  expect(result.exitCode).toBeGreaterThan(0);
});

test('an unknown context of a stack on another cluster is refused with the known ones', async () => {
  await writeFile(
    join(lab.folder, 'Pulumi.cloud.yaml'),
    'config:\n  autoscaling-lab:kubeContext: gke-eu\n',
  );
  const kubeconfig = join(lab.folder, 'kubeconfig');
  await writeFile(
    kubeconfig,
    'apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster: {server: https://127.0.0.1:1}\n' +
      'users:\n- name: u\n  user: {token: t}\ncontexts:\n- name: gke-us\n  context: {cluster: c, user: u}\n',
  );
  const env = { KUBECONFIG: ['', join(lab.folder, 'gone'), kubeconfig].join(delimiter) };
  const unknown = await lab.run(['--stack', 'cloud', 'status'], { env });
  expect(unknown.stderr).toBe(
    'error: the kubeconfig has no context "gke-eu" (it has: gke-us): set "kubeContext" to one of these',
  );
  expect(unknown.exitCode).toBe(2);

  await writeFile(
    join(lab.folder, 'Pulumi.cloud.yaml'),
    'config:\n  autoscaling-lab:kubeContext: gke-us\n',
  );
  const nodes = await lab.run(['--stack', 'cloud', 'up', '--nodes', '3'], { env });
  expect(nodes.stderr).toBe(
    'error: "--nodes" applies only to the local cluster, and the stack "cloud" names another: omit it',
  );
  const silent = await lab.run(['--stack', 'cloud', 'status'], { env });
  expect(silent.stderr).toBe(
    'error: the API server at https://127.0.0.1:1 is not reachable: connect ECONNREFUSED 127.0.0.1:1',
  );
  expect(silent.exitCode).toBe(2);
});

test('an experiment before any "up" is refused with the reason', async () => {
  await standIn(
    join(lab.folder, 'node_modules/.bin'),
    'pulumi',
    `echo "error: no stack named 'cloud' found" >&2; exit 6`,
  );
  await writeFile(
    join(lab.folder, 'Pulumi.cloud.yaml'),
    'config:\n  autoscaling-lab:kubeContext: gke-us\n',
  );
  const env = { AUTOSCALING_LAB_PULUMI: 'official' };
  const result = await lab.run(['--stack', 'cloud', 'experiment'], { env });
  expect(result.stderr).toBe(
    'Pulumi: official, set by AUTOSCALING_LAB_PULUMI\n' +
      'error: "pulumi stack output --json --stack cloud" failed with exit code 6:\n' +
      "  error: no stack named 'cloud' found\n" +
      'if the stack does not exist yet, bring the lab up first: npm run up',
  );
  expect(result.exitCode).toBe(2);
});

test('an unknown log name prints the known ones', async () => {
  const logs = join(lab.state, 'autoscaling-lab/node/root/var/log/lab');
  await mkdir(logs, { recursive: true });
  await writeFile(join(logs, 'containerd.log'), 'one\ntwo\n');
  await writeFile(join(logs, 'kubelet.log'), '');
  const unknown = await lab.run(['logs', 'kubelt']);
  expect(unknown.stderr).toBe('error: no log is named "kubelt": give one of containerd, kubelet');
  expect(unknown.exitCode).toBe(2);
  expect((await lab.run(['logs'])).stdout).toBe('containerd\nkubelet');
  const further = join(lab.state, 'autoscaling-lab/node-2/root/var/log/lab');
  await mkdir(further, { recursive: true });
  await writeFile(join(further, 'kubelet.log'), 'of the second\n');
  expect((await lab.run(['logs'])).stdout).toBe('containerd\nkubelet\nnode-2/kubelet');
  expect((await lab.run(['logs', 'node-2/kubelet'])).stdout).toBe('of the second');
  expect((await lab.run(['logs', 'containerd'])).stdout).toBe('one\ntwo');
});

test('the lab is not removed from a cluster that is kept and not running', async () => {
  const node = join(lab.state, 'autoscaling-lab/node');
  const refusal = async () => {
    const result = await lab.run(['down', '--keep-cluster']);
    expect(result.exitCode).toBe(2);
    return result.stderr;
  };
  const sentence = (state: string) =>
    `error: the local cluster is ${state}, so the lab cannot be removed from it: ` +
    'run "npm run start:cluster" first, or omit "--keep-cluster"';

  await mkdir(node, { recursive: true });
  await expect(refusal()).resolves.toBe(sentence('incomplete'));
  await writeFile(join(node, 'made'), '1');
  await expect(refusal()).resolves.toBe(sentence('stopped'));
});
