import { kubeApi } from './kube-api';
import { PulumiProject } from './pulumi-project';

jest.setTimeout(240_000);

const NAMESPACE = `provider-workloads-${process.pid}`;
const DEPLOYMENT = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/web`;

interface WebOptions {
  readonly app?: string;
  readonly label?: string;
  readonly value?: string;
  readonly replicas?: number;
  readonly annotations?: Record<string, string>;
  readonly resourceOptions?: string;
}

/** A Deployment without pods: what these tests look at is decided by the API server alone. */
const web = (o: WebOptions = {}) => `
const ns = new k8s.core.v1.Namespace('ns', { metadata: { name: '${NAMESPACE}' } }, options);
const web = new k8s.apps.v1.Deployment('web', {
  metadata: { namespace: ns.metadata.name, name: 'web', annotations: ${JSON.stringify(o.annotations ?? {})} },
  spec: {
    replicas: ${o.replicas ?? 0},
    selector: { matchLabels: { app: '${o.app ?? 'web'}' } },
    template: {
      metadata: { labels: { app: '${o.label ?? o.app ?? 'web'}' } },
      spec: { containers: [{ name: 'c', image: 'nowhere.invalid/web:1', env: [{ name: 'A', value: '${o.value ?? '1'}' }] }] },
    },
  },
}, { ...options, ${o.resourceOptions ?? ''} });
exports.generation = web.metadata.generation;
`;

const scaleByHand = (replicas: number) =>
  kubeApi('PATCH', `${DEPLOYMENT}/scale?fieldManager=autoscaler`, { spec: { replicas } });

describe('workloads', () => {
  let project: PulumiProject;

  beforeAll(async () => {
    project = await PulumiProject.create('provider-workloads');
    await project.program(web());
    await project.expectOk(['up']);
  });

  afterAll(() => project.dispose());

  test('the preview of a changed template shows the one field and the generation to come', async () => {
    await project.program(web({ value: '2' }));
    const text = await project.expectOk(['preview', '--diff']);
    expect(text).toMatch(/Deployment: \(update\)/);
    expect(text).toMatch(/value: "1" => "2"/);
    expect(text).toMatch(/generation: 1 => 2/);
    expect(text.match(/=>/g)).toHaveLength(2);
  });

  test('a changed selector replaces, the old object first', async () => {
    await project.program(web({ app: 'other' }));
    const text = await project.expectOk(['preview', '--diff']);
    expect(text).toMatch(/Deployment: \(replace\)/);
  });

  test('what the server rejects fails the preview already, with its words', async () => {
    await project.program(web({ label: 'stray' }));
    const text = await project.expectFailure(['preview']);
    expect(text).toMatch(/Deployment.apps "web" is invalid: spec.template.metadata.labels/);
    expect(text).toMatch(/`selector` does not match template `labels`/);
  });

  test('fields of other managers are a conflict that names each, unless they are taken by force', async () => {
    const annotations = { 'pulumi.com/skipAwait': 'true' };
    await scaleByHand(3);
    await kubeApi('PATCH', `${DEPLOYMENT}?fieldManager=somebody`, {
      spec: { template: { metadata: { labels: { app: 'web', extra: 'by-hand' } } } },
    });
    await project.program(web({ replicas: 1, annotations }));
    const text = await project.expectFailure(['up']);
    expect(text).toMatch(/conflict with "autoscaler" with subresource "scale"/);
    expect(text).toContain('.spec.replicas');
    expect(text).toContain('pulumi.com/patchForce');

    await project.program(
      web({ replicas: 1, annotations: { ...annotations, 'pulumi.com/patchForce': 'true' } }),
    );
    await project.expectOk(['up']);
    expect((await kubeApi('GET', DEPLOYMENT))?.spec?.replicas).toBe(1);
  });

  test('an ignored field stays as the other manager set it', async () => {
    await scaleByHand(4);
    await project.program(
      web({
        replicas: 1,
        value: '3',
        annotations: { 'pulumi.com/skipAwait': 'true' },
        resourceOptions: `ignoreChanges: ['spec.replicas']`,
      }),
    );
    await project.expectOk(['up']);
    const live = await kubeApi('GET', DEPLOYMENT);
    expect(live?.spec?.replicas).toBe(4);
    expect(JSON.stringify(live?.spec)).toContain('{"name":"A","value":"3"}');
  });

  test('a refresh shows the drift field by field and warns where pods are missing', async () => {
    await scaleByHand(2);
    await project.program(web({ replicas: 4, value: '3' }));
    const text = await project.expectOk(['refresh', '--diff']);
    expect(text).toMatch(/replicas: \d => 2/);
  });
});
