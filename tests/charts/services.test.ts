import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inOrder, PARTS } from '../../charts/parts';
import { type LabPart } from '../../charts/core/lab-part';
import { imageOf, type Service, serviceSecrets } from '../../charts/core/service';
import { SERVICES } from '../../charts/services';
import { lab, labProps } from './support/lab';

const WORKLOADS = join(__dirname, '../../workloads');
const services: readonly Service[] = SERVICES;

test('every folder with a Dockerfile is the image of a service, and the other way round', () => {
  const folders = readdirSync(WORKLOADS).filter((folder) =>
    existsSync(join(WORKLOADS, folder, 'Dockerfile')),
  );

  expect([...new Set(services.map(({ image }) => image.folder))].sort()).toEqual(folders.sort());
});

test('every service has one workload of its name in its namespace', () => {
  const workloads = lab({ tokenSecret: 'token' })
    .flatMap(({ objects }) => objects)
    .filter(({ manifest }) => ['Deployment', 'Job'].includes(manifest.kind))
    .map(({ path, manifest }) => {
      const { template } = manifest.spec as {
        template: { metadata: { labels?: Record<string, string> } };
      };
      const name = template.metadata.labels?.['app.kubernetes.io/name'];
      return `${path.split('/')[0]} ${manifest.metadata.namespace}/${name}`;
    });

  for (const { id, namespace, name } of services) {
    expect(workloads.filter((each) => each === `${id} ${namespace}/${name}`)).toHaveLength(1);
  }
});

test('the pods of a service read the Secrets that its descriptor names, and no others', () => {
  const props = labProps({ tokenSecret: 'token', natsTls: true });
  const charts = lab({ tokenSecret: 'token', natsTls: true });

  for (const service of services) {
    const chart = charts.find(({ name }) => name === service.id)!;
    const text = JSON.stringify(chart.objects.map(({ manifest }) => manifest));
    const read = [...text.matchAll(/"secretKeyRef":\{[^}]*"name":"([^"]+)"/g)].map(
      ([, name]) => name,
    );
    expect([...new Set(read)].sort()).toEqual(
      serviceSecrets(service, props)
        .map(({ name }) => name)
        .sort(),
    );
    expect(chart.secrets).toEqual(serviceSecrets(service, props));
    expect(chart.images).toEqual([imageOf(service, props)]);
  }
});

test('fails where a service has no image', () => {
  const props = labProps({ images: { ...labProps().images, services: { load: 'load:1' } } });

  expect(() => imageOf({ image: SERVICES[0].image }, props)).toThrow(
    '"images.services" has no "worker"; give the reference of its image',
  );
});

const part = (id: string, ...dependsOn: string[]): LabPart => ({
  id,
  group: 'services',
  dependsOn,
  chart: () => undefined,
});

test('parts come after those that they depend on, and otherwise stay in their order', () => {
  const order = inOrder([part('A', 'C'), part('B'), part('C', 'D'), part('D')]);

  expect(order.map(({ id }) => id)).toEqual(['D', 'C', 'A', 'B']);
  expect(PARTS.map(({ id }) => id)).toContain('WorkerScaler');
});

test('fails where a part depends on one that is not there, or on itself', () => {
  expect(() => inOrder([part('A', 'B')])).toThrow(
    '"A" depends on "B", which is not a part of the lab',
  );
  expect(() => inOrder([part('A', 'B'), part('B', 'A')])).toThrow('parts form a cycle: A > B > A');
});
