import { App, Chart, Size } from 'cdk8s';
import { Cpu, Deployment } from 'cdk8s-plus-28';
import {
  ControlledValues,
  UpdateMode,
  VerticalPodAutoscaler,
  type ContainerSizing,
} from '../../../charts/constructs/vertical-pod-autoscaler';

function render(containers: readonly ContainerSizing[], minReplicas?: number) {
  const chart = new Chart(new App(), 'Chart', { namespace: 'shop' });
  const target = new Deployment(chart, 'Cart', {
    metadata: { name: 'cart' },
    containers: [{ image: 'cart:1' }],
  });
  new VerticalPodAutoscaler(chart, 'Sizer', {
    metadata: { name: 'cart' },
    target,
    updateMode: UpdateMode.IN_PLACE_OR_RECREATE,
    minReplicas,
    containers,
  });
  const objects = chart.toJson() as { kind: string; metadata: object; spec: object }[];
  return objects;
}

const vpa = (containers: readonly ContainerSizing[], minReplicas?: number) =>
  render(containers, minReplicas).find(({ kind }) => kind === 'VerticalPodAutoscaler');

test('names its target, is in its namespace, and comes after it', () => {
  const objects = render([{ container: 'cart' }]);

  expect(vpa([{ container: 'cart' }])).toMatchObject({
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' } },
  });
  expect(objects.map(({ kind }) => kind)).toEqual(['Deployment', 'VerticalPodAutoscaler']);
});

test('sizes what it is told, and no other container', () => {
  expect(
    vpa([
      {
        container: 'cart',
        minAllowed: { cpu: Cpu.millis(50) },
        maxAllowed: { cpu: Cpu.units(2), memory: Size.gibibytes(1) },
        controlledResources: ['memory'],
        controlledValues: ControlledValues.REQUESTS_ONLY,
      },
    ]),
  ).toMatchObject({
    spec: {
      resourcePolicy: {
        containerPolicies: [
          {
            containerName: 'cart',
            mode: 'Auto',
            minAllowed: { cpu: '50m' },
            maxAllowed: { cpu: '2', memory: '1024Mi' },
            controlledResources: ['memory'],
            controlledValues: 'RequestsOnly',
          },
          { containerName: '*', mode: 'Off' },
        ],
      },
    },
  });
});

test('leaves to the updater how few pods are too few', () => {
  expect(vpa([{ container: 'cart' }])).toHaveProperty('spec.updatePolicy', {
    updateMode: 'InPlaceOrRecreate',
  });
});

test('lets the updater touch a single pod where it is told so', () => {
  expect(vpa([{ container: 'cart' }], 1)).toHaveProperty('spec.updatePolicy', {
    updateMode: 'InPlaceOrRecreate',
    minReplicas: 1,
  });
});

test.each([0, 1.5])('fails when %s pods are too few', (minReplicas) => {
  expect(() => render([{ container: 'cart' }], minReplicas)).toThrow(
    `"minReplicas" is ${minReplicas}; it must be a whole number of at least 1`,
  );
});

test('fails without a container', () => {
  expect(() => render([])).toThrow(
    '"containers" of the vertical pod autoscaler "cart" is an empty list; name at least one',
  );
});

test('fails when a container is named twice', () => {
  expect(() => render([{ container: 'cart' }, { container: 'cart' }])).toThrow(
    '"containers" of the vertical pod autoscaler "cart" names "cart" twice; give each container one',
  );
});

test.each([
  ['cpu', { cpu: Cpu.units(1) }, { cpu: Cpu.millis(999) }, '1000m', '999m'],
  ['memory', { memory: Size.gibibytes(1) }, { memory: Size.mebibytes(512) }, '1024Mi', '512Mi'],
])('fails when the least %s is above the most', (resource, minAllowed, maxAllowed, min, max) => {
  expect(() => render([{ container: 'cart', minAllowed, maxAllowed }])).toThrow(
    `"minAllowed.${resource}" of container "cart" of the vertical pod autoscaler "cart" is ${min} ` +
      `and "maxAllowed.${resource}" is ${max}; the minimum must not be greater than the maximum`,
  );
});
