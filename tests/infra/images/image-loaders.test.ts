import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { pushLoader } from '../../../infra/images/image-loaders/push';
import {
  imageLoader,
  isLocalCluster,
  loaderName,
} from '../../../infra/images/image-loaders/select';
import { builderOrder, releasedImages } from '../../../infra/images/images';
import { standIns } from '../support/stand-ins';
import { temporaryDirectory } from '../support/temporary-directory';

const nameFor = (kubeContext: string, imageRegistry?: string) =>
  loaderName({ imageLoader: 'auto', kubeContext, imageRegistry });

test.each([
  ['autoscaling-lab', 'local'],
  ['kind-demo', 'kind'],
  ['k3d-demo', 'k3d'],
  ['minikube', 'minikube'],
])('the context "%s" tells the loader %s', (context, loader) => {
  expect(nameFor(context)).toBe(loader);
});

test('a registry decides before the context, and a configured loader before both', () => {
  expect(nameFor('kind-demo', 'registry.example.com/lab')).toBe('push');
  expect(loaderName({ imageLoader: 'none', kubeContext: 'kind-demo' })).toBe('none');
});

test('fails where neither a registry nor the context tells the loader', () => {
  expect(() => nameFor('arn:aws:eks:demo')).toThrow(
    /^"imageLoader": got "auto", but the context "arn:aws:eks:demo" .*imageRegistry/,
  );
});

test('only clusters on this machine get kubelets without certificates', () => {
  const loaders = ['push', 'none', 'kind', 'k3d', 'minikube', 'local'] as const;
  expect(loaders.map((loader) => isLocalCluster(loader, 'production'))).toEqual([
    false,
    false,
    true,
    true,
    true,
    true,
  ]);
});

test.each(['kind-demo', 'k3d-demo', 'minikube', 'autoscaling-lab'])(
  '"%s" is on this machine also where its images come from a registry',
  (context) => expect(isLocalCluster('push', context)).toBe(true),
);

test('nothing is loaded where the image is there already', () => {
  expect(imageLoader('none', 'any', '/project')).toBeUndefined();
});

test('the local cluster runs what it carries, others what is published, both what is configured', () => {
  const own = { redis: 'docker.io/valkey/valkey:8.1.1' };
  expect(releasedImages('local', own)).toMatchObject({
    keda: 'localhost/autoscaling-lab/keda:2.20.2',
    redis: 'docker.io/valkey/valkey:8.1.1',
  });
  expect(releasedImages('kind', {}).keda).toBe('ghcr.io/kedacore/keda:2.20.2');
  const bases = { node: 'localhost/autoscaling-lab/node:20-0123456789ab' };
  expect(releasedImages('local', {}, bases).node).toBe(bases.node);
  expect(releasedImages('local', { node: 'mine:1' }, bases).node).toBe('mine:1');
  // a shell with the local cluster's environment may name another stack
  expect(releasedImages('kind', {}, bases)).toEqual(releasedImages('kind', {}));
  expect(builderOrder('local')[0]).toBe('buildah');
  expect(builderOrder('kind')[0]).toBe('docker');
});

describe('nodes that are containers', () => {
  const { install, calls } = standIns(temporaryDirectory());
  const REFERENCE = 'localhost/autoscaling-lab/worker:0123';

  const has = (context: string) => {
    const loader = imageLoader(context.startsWith('kind') ? 'kind' : 'k3d', context, '/project');
    return loader?.has(REFERENCE);
  };
  /** An engine that has these containers, and the image in the containerd of those whose name ends with `image`. */
  const engine = (...containers: string[]) =>
    [
      'for last; do :; done',
      `if [ "$1" = exec ]; then case "$2" in *image) echo "${REFERENCE}" ;; esac; exit; fi`,
      `case "$last" in ${containers.join('|')}) ;; *) echo "no such container" >&2; exit 1 ;; esac`,
    ].join('\n');

  test('of podman are asked by podman where there is no docker', async () => {
    install('kind', 'echo demo-with-image');
    install('podman', engine('demo-with-image'));

    await expect(has('kind-demo')).resolves.toBe(true);
    expect(calls()).toEqual([
      'kind get nodes --name demo',
      'podman container inspect --format {{.Id}} demo-with-image',
      `podman exec demo-with-image ctr --namespace k8s.io images list -q name==${REFERENCE}`,
    ]);
  });

  test('of podman are asked by podman also where docker is there', async () => {
    install('kind', 'echo demo-with-image');
    install('docker', engine('another'));
    install('podman', engine('demo-with-image'));

    await expect(has('kind-demo')).resolves.toBe(true);
    expect(calls().at(-1)).toMatch(/^podman exec/);
  });

  test('of docker are asked by docker, and every node has to have the image', async () => {
    const nodes = ['server-with-image', 'agent'].map((name) => ({
      name,
      role: 'agent',
      runtimeLabels: { 'k3d.cluster': 'demo' },
    }));
    install('k3d', `echo '${JSON.stringify(nodes)}'`);
    install('docker', engine('server-with-image', 'agent'));

    await expect(has('k3d-demo')).resolves.toBe(false);
    expect(calls().slice(-2).join()).toMatch(/^docker exec server-with-image .*docker exec agent /);
  });

  test('fails where nobody has them, and says what is wrong with each', async () => {
    install('kind', 'echo demo-control-plane');
    install('docker', 'exit 1');
    install('podman', engine('another'));

    await expect(has('kind-demo')).rejects.toThrow(
      'the node "demo-control-plane" cannot be asked which images it has ' +
        '(docker: exit 1; podman: no such container); run this where the cluster was made, and as who made it',
    );
  });

  test('of kind are asked without the load balancer in front of several control planes', async () => {
    install('kind', 'echo demo-with-image; echo demo-external-load-balancer');
    install('docker', engine('demo-with-image'));

    await expect(has('kind-demo')).resolves.toBe(true);
    expect(calls().join()).not.toContain('external-load-balancer');
  });

  test('of a cluster that has none have no image', async () => {
    install('kind', 'exit 0');

    await expect(has('kind-demo')).resolves.toBe(false);
  });
});

describe('a profile of minikube', () => {
  const { install, calls } = standIns(temporaryDirectory());
  const REFERENCE = 'localhost/autoscaling-lab/worker:0123';

  const has = (reference: string) => imageLoader('minikube', 'lab', '/project')?.has(reference);
  const minikube = (...nodes: string[]) =>
    install(
      'minikube',
      `case "$*" in *"image ls") echo "docker.io/library/redis:7"; echo "${REFERENCE}" ;;\n` +
        `*"node list") printf '%s\\n' ${nodes.join(' ')} ;; esac`,
    );

  test('has an image that is listed, where there is one node', async () => {
    minikube('lab');
    await expect(has(REFERENCE)).resolves.toBe(true);
    await expect(has(`${REFERENCE}4`)).resolves.toBe(false);
    expect(calls()).toEqual([
      'minikube --profile lab image ls',
      'minikube --profile lab node list',
      'minikube --profile lab image ls',
    ]);
  });

  test('gets it again where there are several nodes, of which one may have it', async () => {
    minikube('lab', 'lab-m02');
    await expect(has(REFERENCE)).resolves.toBe(false);
  });
});

describe('a registry', () => {
  let registry: http.Server;
  let host: string;
  const asked: string[] = [];

  beforeAll(async () => {
    registry = http.createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      const status = { '/v2/lab/worker/manifests/here': 200, '/v2/lab/worker/manifests/gone': 404 };
      response.statusCode = status[request.url as keyof typeof status] ?? 401;
      response.end();
    });
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${(registry.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    registry.closeAllConnections();
    await new Promise((resolve) => registry.close(resolve));
  });

  test('is asked for the manifest, and only a clear yes counts', async () => {
    await expect(pushLoader.has(`${host}/lab/worker:here`)).resolves.toBe(true);
    await expect(pushLoader.has(`${host}/lab/worker:gone`)).resolves.toBe(false);
    await expect(pushLoader.has(`${host}/private/worker:tag`)).resolves.toBe(false);
    expect(asked).toEqual([
      'HEAD /v2/lab/worker/manifests/here',
      'HEAD /v2/lab/worker/manifests/gone',
      'HEAD /v2/private/worker/manifests/tag',
    ]);
  });
});
