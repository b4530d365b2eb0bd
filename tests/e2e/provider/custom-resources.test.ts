import { PulumiProject } from './pulumi-project';

jest.setTimeout(180_000);

const NAMESPACE = `provider-custom-${process.pid}`;
const GROUP = `p${process.pid}.example.com`;

const program = (n: string) => `
const ns = new k8s.core.v1.Namespace('ns', { metadata: { name: '${NAMESPACE}' } }, options);
const crd = new k8s.apiextensions.v1.CustomResourceDefinition('crd', {
  metadata: { name: 'things.${GROUP}' },
  spec: {
    group: '${GROUP}', scope: 'Namespaced', names: { plural: 'things', kind: 'Thing' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: {
      type: 'object', properties: { spec: { type: 'object', properties: { n: { type: 'integer' } } } } } } }],
  },
}, options);
new k8s.apiextensions.CustomResource('thing', {
  apiVersion: '${GROUP}/v1', kind: 'Thing',
  metadata: { name: 'one', namespace: ns.metadata.name }, spec: { n: ${n} },
}, { ...options, dependsOn: [crd] });
`;

describe('custom resources', () => {
  let project: PulumiProject;

  beforeAll(async () => {
    project = await PulumiProject.create('provider-custom');
  });

  afterAll(() => project.dispose());

  test('a definition and its resource come up in one program, and its preview passes before', async () => {
    await project.program(program('1'));
    expect(await project.expectOk(['preview'])).toMatch(/5 to create/);
    await project.expectOk(['up']);
    expect((await project.resource('thing')).id).toBe(`${NAMESPACE}/one`);
  });

  test('a value of the wrong type fails the preview with the server’s words', async () => {
    await project.program(program('"many"'));
    const text = await project.expectFailure(['preview']);
    expect(text).toMatch(/\.spec\.n: expected numeric \(int or float\), got string/);
  });
});
