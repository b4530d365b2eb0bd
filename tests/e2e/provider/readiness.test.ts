import { kubeApi } from './kube-api';
import { PulumiProject } from './pulumi-project';

jest.setTimeout(240_000);

const NAMESPACE = `provider-readiness-${process.pid}`;

/** The local cluster always has this image; here only its shell is used. */
const IMAGE = 'localhost/autoscaling-lab/redis:7.0.15';
const MISSING_IMAGE = 'localhost/autoscaling-lab/no-such-image:1';

const pod = (image: string, script: string, extra = '') =>
  `{ ${extra} containers: [{ name: 'c', image: '${image}', imagePullPolicy: 'IfNotPresent',
    command: ['sh', '-c', ${JSON.stringify(script)}] }] }`;

const head = `
const ns = new k8s.core.v1.Namespace('ns', { metadata: { name: '${NAMESPACE}' } }, options);
const within = { ...options, dependsOn: [ns] };
const named = (name, annotations = {}) => ({ namespace: '${NAMESPACE}', name, annotations });
const labels = { app: 'x' };
`;

const deployment = (name: string, image: string, annotations: object) => `
new k8s.apps.v1.Deployment('${name}', {
  metadata: named('${name}', ${JSON.stringify(annotations)}),
  spec: { replicas: 1, selector: { matchLabels: { app: '${name}' } }, template: {
    metadata: { labels: { app: '${name}' } },
    spec: ${pod(image, 'sleep 600', 'terminationGracePeriodSeconds: 0,')},
  } },
}, within);
`;

const job = (name: string, exitCode: number) => `
new k8s.batch.v1.Job('${name}', {
  metadata: named('${name}', { 'pulumi.com/timeoutSeconds': '60' }),
  spec: { backoffLimit: 0, template: { spec: ${pod(IMAGE, `exit ${exitCode}`, `restartPolicy: 'Never',`)} } },
}, within);
`;

describe('readiness', () => {
  let project: PulumiProject;

  beforeAll(async () => {
    project = await PulumiProject.create('provider-readiness');
    await project.program(head);
    await project.expectOk(['up']);
  });

  afterAll(() => project.dispose());

  test('an update waits for pods, jobs and volumes, and not for a workload that is to be left alone', async () => {
    await project.program(`${head}
${deployment('good', IMAGE, { 'pulumi.com/timeoutSeconds': '60' })}
${deployment('unwatched', MISSING_IMAGE, { 'pulumi.com/skipAwait': 'true' })}
${job('done', 0)}
new k8s.core.v1.PersistentVolumeClaim('claim', { metadata: named('claim'),
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } } }, within);
new k8s.core.v1.Service('empty', { metadata: named('empty'),
  spec: { selector: { app: 'nobody' }, ports: [{ port: 80 }] } }, within);
`);
    const started = Date.now();
    await project.expectOk(['up']);
    // the Service without pods is the slowest by far
    expect(Date.now() - started).toBeGreaterThan(10_000);
    const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/good`;
    const good = (await kubeApi('GET', path)) as unknown as { status: object };
    expect(good.status).toMatchObject({ availableReplicas: 1 });
    expect((await project.resource('done')).outputs.status).toMatchObject({ succeeded: 1 });
  });

  test('an image that cannot be pulled is named when time is up, and the next update goes on', async () => {
    const annotations = { 'pulumi.com/timeoutSeconds': '10' };
    await project.program(`${head}${deployment('bad', MISSING_IMAGE, annotations)}`);
    const text = await project.expectFailure(['up']);
    expect(text).toMatch(/failed to fully initialize or become live: 'bad' timed out/);
    expect(text).toMatch(/\[MinimumReplicasUnavailable\]/);
    expect(text).toMatch(/\[c\]\[(ErrImagePull|ImagePullBackOff)\]/);
    expect(text).toContain(MISSING_IMAGE);
    const failed = await project.resource('bad');
    expect(failed.id).toBe(`${NAMESPACE}/bad`);
    expect(failed.initErrors).not.toHaveLength(0);

    await project.program(`${head}${deployment('bad', IMAGE, annotations)}`);
    await project.expectOk(['up']);
    expect((await project.resource('bad')).initErrors ?? []).toHaveLength(0);
  });

  test('a Job that fails is told at once, with its exit code', async () => {
    await project.program(`${head}${job('failing', 3)}`);
    const text = await project.expectFailure(['up']);
    expect(text).toMatch(/container "c" completed with exit code 3/);
    expect(text).toMatch(/\[BackoffLimitExceeded\] Job has reached the specified backoff limit/);
  });
});
