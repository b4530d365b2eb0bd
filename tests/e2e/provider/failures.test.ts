import { PulumiProject } from './pulumi-project';

jest.setTimeout(180_000);

const NAME = `provider-failures-${process.pid}`;

const configMap = (options = 'options', metadata = '') =>
  `new k8s.core.v1.ConfigMap('x', { metadata: { name: '${NAME}', namespace: 'default', ${metadata} }, data: { a: '1' } }, ${options});`;

const otherProvider = (args: string) =>
  `const other = new k8s.Provider('other', ${args}); ${configMap('{ provider: other }')}`;

describe('failures', () => {
  let project: PulumiProject;

  beforeAll(async () => {
    project = await PulumiProject.create('provider-failures');
  });

  afterAll(() => project.dispose());

  test.each([
    [
      'a context that is not there',
      otherProvider(`{ context: 'no-such-context' }`),
      /context "no-such-context" is not in .*: it has "autoscaling-lab"; set "context" to one of them/,
    ],
    [
      'a kubeconfig that is not there',
      otherProvider(`{ kubeconfig: '/no/such/file' }`),
      /kubeconfig "\/no\/such\/file" does not exist: give a path that does, or the content/,
    ],
    [
      'a cluster that does not answer',
      otherProvider(
        `{ kubeconfig: JSON.stringify({ clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:9' } }],
           users: [{ name: 'u', user: {} }], contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }], 'current-context': 'c' }) }`,
      ),
      /configured Kubernetes cluster is unreachable at https:\/\/127\.0\.0\.1:9: connect ECONNREFUSED/,
    ],
    [
      'a patch resource',
      `new k8s.core.v1.ConfigMapPatch('x', { metadata: { name: 'x' }, data: {} }, options);`,
      /patch resource .* is not served by the local provider: manage the whole object/,
    ],
    [
      'a field that the schema does not know',
      `new k8s.core.v1.Service('x', { metadata: { name: '${NAME}', namespace: 'default' },
         spec: { prots: [], ports: [{ port: 80 }] } }, options);`,
      /\.spec\.prots: field not declared in schema/,
    ],
  ])('%s fails the preview with one sentence', async (_, program, message) => {
    await project.program(program);
    expect(await project.expectFailure(['preview'])).toMatch(message);
  });

  test('a namespace that never comes fails the update, and nothing of it stays', async () => {
    await project.program(
      `new k8s.core.v1.ConfigMap('x', { metadata: { name: 'x', namespace: '${NAME}' }, data: {} },
         { ...options, customTimeouts: { create: '3s' } });`,
    );
    await project.expectOk(['preview']);
    const text = await project.expectFailure(['up']);
    expect(text).toContain(`namespaces "${NAME}" not found`);
    expect((await project.state()).map(({ type }) => type)).not.toContain(
      'kubernetes:core/v1:ConfigMap',
    );
  });

  test('a cancelled wait leaves the object in the state, marked as not ready', async () => {
    await project.program(
      `new k8s.core.v1.Pod('x', { metadata: { name: '${NAME}', namespace: 'default' },
         spec: { terminationGracePeriodSeconds: 0, nodeSelector: { 'no-such': 'node' }, containers: [{ name: 'c', image: 'x:1' }] } }, options);`,
    );
    const { code, text } = await project.run(['up'], {
      interruptAt: /waiting for a node with room/,
    });
    expect(code).not.toBe(0);
    expect(text).toMatch(/the wait for .* was cancelled/);
    expect(text).toMatch(/\[Unschedulable\]/);
    const { id, initErrors } = await project.resource('x');
    expect(id).toBe(`default/${NAME}`);
    expect(initErrors).not.toHaveLength(0);
  });
});
