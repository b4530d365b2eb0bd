import * as pulumi from '@pulumi/pulumi';
import { withDigests } from '../../../infra/images/image-digests';
import { releasedImages } from '../../../infra/images/images';
import { recordResources } from '../support/recorded-resources';
import { Registry } from '../support/registry';
import { WORKLOAD_IMAGES } from '../support/lab';

const DIGEST = `sha256:${'b'.repeat(64)}`;
const UNSERVED = releasedImages('local', {});

let registry: Registry;
let digests: Map<string, string>;

beforeEach(async () => {
  digests = new Map([['redis:7', DIGEST]]);
  registry = await Registry.start(digests);
});

afterEach(() => registry.stop());

afterAll(() => pulumi.runtime.disconnect());

const at = (name: string) => `${registry.host}/${name}`;
const pushed = (available: Promise<unknown>) =>
  new Map([['worker' as const, { reference: at('worker:1'), available }]]);

test('a released image gets the digest of its tag; what has one, or is in no registry, stays', async () => {
  const given = { ...UNSERVED, redis: at('redis:7'), nats: at(`nats@${DIGEST}`) };
  const { images } = await withDigests({ images: given, workloads: WORKLOAD_IMAGES }, new Map());

  expect(images).toEqual({ ...given, redis: `${at('redis:7')}@${DIGEST}` });
  expect(registry.asked).toEqual(['HEAD /v2/redis/manifests/7']);
});

test('an image of this project gets its digest when it was pushed', async () => {
  recordResources();
  const workloads = { ...WORKLOAD_IMAGES, worker: at('worker:1') };
  const push = new Promise((resolve) => setImmediate(resolve)).then(() =>
    digests.set('worker:1', DIGEST),
  );
  const started = await withDigests({ images: UNSERVED, workloads }, pushed(push));

  expect(started.workloads).toEqual({ ...workloads, worker: `${at('worker:1')}@${DIGEST}` });
});

test('nobody waits for an image that gets no digest', async () => {
  const never = new Promise(() => undefined);
  const own = { reference: WORKLOAD_IMAGES.worker, available: never };
  const started = await withDigests(
    { images: UNSERVED, workloads: WORKLOAD_IMAGES },
    new Map([['worker' as const, own]]),
  );

  expect(started.workloads).toEqual(WORKLOAD_IMAGES);
});

test('a preview before that shows the tag', async () => {
  recordResources(true);
  const workloads = { ...WORKLOAD_IMAGES, worker: at('worker:1') };
  const started = await withDigests({ images: UNSERVED, workloads }, pushed(Promise.resolve()));

  expect(started.workloads).toEqual(workloads);
});

test('fails where a registry does not tell', async () => {
  const images = { ...UNSERVED, redis: at('redis:8') };
  const started = withDigests({ images, workloads: WORKLOAD_IMAGES }, new Map());

  await expect(started).rejects.toThrow(
    `"imageDigests": got "true", but the registry does not tell the digest of "${at('redis:8')}" (404)`,
  );
});
