import { customResourceAfterOperator } from '../../../../charts/policies/rules/custom-resource-after-operator';
import { LabGraph } from '../../../../charts/policies/rules/lab-graph';
import { namespaceBeforeObject } from '../../../../charts/policies/rules/namespace-before-object';
import { oneObjectPerName } from '../../../../charts/policies/rules/one-object-per-name';
import { find, lab, withDependencies, withField, withMore } from '../../support/lab';

const SCALER = 'WorkerScaler/ScaledObject';
const DEFINITION = 'Keda/CustomResourceDefinitionScaledobjectsKedaSh';

test('fails when a custom resource may come before its operator', () => {
  const broken = withDependencies(lab(), 'WorkerScaler', ['Namespaces', 'Worker', 'NatsBootstrap']);
  const violations = customResourceAfterOperator(new LabGraph(broken));

  expect(violations.map(({ path }) => path)).toEqual([SCALER, SCALER, SCALER, SCALER]);
  expect(violations[0].message).toBe(
    `ScaledObject does not depend on ${DEFINITION}; make its chart depend on Keda`,
  );
  expect(violations[1].message).toContain('Keda/DeploymentKedaOperator');
});

test('a kind of the operator that the cluster has is no fault', () => {
  const own = withField(lab(), SCALER, 'apiVersion', 'monitoring.coreos.com/v1');

  expect(customResourceAfterOperator(new LabGraph(own))).toEqual([]);
});

test('fails when no chart defines a custom resource', () => {
  const broken = withField(lab(), SCALER, 'apiVersion', 'example.com/v1');

  expect(customResourceAfterOperator(new LabGraph(broken))).toEqual([
    {
      path: SCALER,
      message: `no chart defines ScaledObject of "example.com/v1"; add the operator's release to the lab`,
    },
  ]);
});

test('fails when an object may come before its namespace', () => {
  const broken = withDependencies(lab(), 'Redis', []);

  expect(namespaceBeforeObject(new LabGraph(broken))).toEqual(
    ['Redis/Service', 'Redis/StatefulSet'].map((path) => ({
      path,
      message:
        '"metadata.namespace" is "cache" without a dependency on Namespaces/Cache; ' +
        'make the chart depend on Namespaces',
    })),
  );
});

test('fails when no chart makes the namespace of an object', () => {
  const broken = withField(lab(), 'Redis/Service', 'metadata.namespace', 'elsewhere');

  expect(namespaceBeforeObject(new LabGraph(broken))).toEqual([
    {
      path: 'Redis/Service',
      message:
        '"metadata.namespace" is "elsewhere", which no chart makes; add it to the namespaces',
    },
  ]);
});

test('fails when two charts make one object', () => {
  const service = find(lab(), 'Service', 'redis');
  const broken = withMore(lab(), 'Worker', 'Worker/Redis', service);

  expect(oneObjectPerName(new LabGraph(broken))).toEqual([
    {
      path: 'Worker/Redis',
      message: 'Service "redis" is made by Redis/Service as well; keep one of them, or rename it',
    },
  ]);
});
