import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kubeApi } from './kube-api';
import { PulumiProject } from './pulumi-project';

jest.setTimeout(180_000);

const NAMESPACE = `provider-objects-${process.pid}`;
const CONFIG_MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`;

const program = ({ text = 'one', password = 'hunter2' } = {}) => `
const ns = new k8s.core.v1.Namespace('ns', { metadata: { name: '${NAMESPACE}' } }, options);
const within = { ...options, dependsOn: [ns] };
const metadata = { namespace: ns.metadata.name };
exports.auto = new k8s.core.v1.ConfigMap('auto', { metadata, data: { text: '${text}' } }, within).metadata.name;
new k8s.core.v1.ConfigMap('fixed', { metadata: { ...metadata, name: 'fixed' }, data: { text: '${text}' } }, within);
new k8s.core.v1.ConfigMap('stale', { metadata: { ...metadata, name: 'stale' }, data: { a: '1', b: '2' } }, within);
exports.password = new k8s.core.v1.Secret('password', {
  metadata: { ...metadata, name: 'password' }, stringData: { password: '${password}' } }, within).data;
`;

describe('objects', () => {
  let project: PulumiProject;

  beforeAll(async () => {
    project = await PulumiProject.create('provider-objects');
    await project.program(program());
    const preview = await project.expectOk(['preview']);
    // the namespace of these objects exists only after the update
    expect(preview).toMatch(/\+ 7 to create/);
    await project.expectOk(['up']);
  });

  afterAll(async () => {
    await project.dispose();
    // the destruction waited for the namespace and all that was in it
    expect(await kubeApi('GET', `/api/v1/namespaces/${NAMESPACE}`)).toBeUndefined();
  });

  test('a name that is left out is the resource name with eight hex digits, and stays', async () => {
    const { id, outputs } = await project.resource('auto');
    expect(id).toMatch(new RegExp(`^${NAMESPACE}/auto-[0-9a-f]{8}$`));
    expect(outputs.__fieldManager).toMatch(/^pulumi-kubernetes-[0-9a-f]{8}$/);
    expect(outputs.__initialApiVersion).toBe('v1');

    expect(await project.expectOk(['up'])).toMatch(/7 unchanged/);
    expect((await project.resource('auto')).id).toBe(id);
  });

  test('a Secret is encrypted in the state, hidden in the display, and its text is encoded', async () => {
    const state = await readFile(
      join(project.folder, 'state/.pulumi/stacks/provider-objects/test.json'),
      'utf8',
    );
    expect(state).not.toContain('hunter2');
    expect(state).not.toContain(Buffer.from('hunter2').toString('base64'));
    expect(await project.expectOk(['stack', 'output', '--stack', 'test'])).toMatch(
      /password\s+\[secret\]/,
    );
    const path = `/api/v1/namespaces/${NAMESPACE}/secrets/password`;
    const encoded = Buffer.from('hunter2').toString('base64');
    expect((await kubeApi('GET', path))?.data).toEqual({ password: encoded });

    await project.program(program({ password: 'correct horse' }));
    const preview = await project.expectOk(['preview', '--diff']);
    expect(preview).toMatch(/v1:Secret: \(replace\)/);
    expect(preview).not.toContain('correct horse');
    expect(preview).not.toContain(Buffer.from('correct horse').toString('base64'));
  });

  test('changed data replaces a ConfigMap: the old one goes last, or first where the name is fixed', async () => {
    const before = await project.resource('auto');
    const fixedBefore = await kubeApi('GET', `${CONFIG_MAPS}/fixed`);
    await project.program(program({ text: 'two' }));
    const preview = await project.expectOk(['preview', '--diff']);
    expect(preview).toMatch(/text: "one" => "two"/);
    expect(preview).toMatch(/2 to replace/);

    const text = await project.expectOk(['up']);
    const replaced = text.indexOf('fixed created replacement');
    expect(text.indexOf('fixed deleted original')).toBeLessThan(replaced);
    expect(text.indexOf('auto created replacement')).toBeLessThan(
      text.indexOf('auto deleted original'),
    );
    const after = await project.resource('auto');
    expect(after.id).not.toBe(before.id);
    expect(await kubeApi('GET', `${CONFIG_MAPS}/${before.id!.split('/')[1]}`)).toBeUndefined();
    const fixed = await kubeApi('GET', `${CONFIG_MAPS}/fixed`);
    expect(fixed?.metadata.uid).not.toBe(fixedBefore?.metadata.uid);
    expect(fixed?.data).toEqual({ text: 'two' });
  });

  test('a refresh shows what was changed by hand, and that an object is gone', async () => {
    await kubeApi('PATCH', `${CONFIG_MAPS}/stale`, { data: { a: 'by hand' } });
    await kubeApi('DELETE', `${CONFIG_MAPS}/fixed`);
    const text = await project.expectOk(['refresh', '--diff']);
    expect(text).toMatch(/a: "1" => "by hand"/);
    expect(text).not.toMatch(/b: "2"/);
    expect(text).toMatch(/1 updated/);
    expect(text).toMatch(/1 deleted/);
    // the next update makes the missing one again and puts the changed one right
    await project.expectOk(['up']);
    expect((await kubeApi('GET', `${CONFIG_MAPS}/fixed`))?.data).toEqual({ text: 'two' });
    expect((await kubeApi('GET', `${CONFIG_MAPS}/stale`))?.data).toEqual({ a: '1', b: '2' });
  });

  test('an object that exists is refused with the ways out, and can be imported', async () => {
    const existing = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'there' },
      data: { kept: 'yes' },
    };
    await kubeApi('POST', CONFIG_MAPS, existing);
    const there = (extra: string) =>
      `${program({ text: 'two' })}
new k8s.core.v1.ConfigMap('there', { metadata: { ...metadata, name: 'there' }, data: { kept: 'yes' } },
  { ...within, ${extra} });`;
    await project.program(there(''));
    const refused = await project.expectFailure(['up']);
    expect(refused).toMatch(/was not successfully created .*: configmaps "there" already exists/);
    expect(refused).toMatch(/upsertExistingObjects/);
    expect(refused).toMatch(/pulumi import/);

    await project.program(there(`import: '${NAMESPACE}/there'`));
    expect(await project.expectOk(['up'])).toMatch(/1 imported/);
    expect((await project.resource('there')).id).toBe(`${NAMESPACE}/there`);
  });
});
