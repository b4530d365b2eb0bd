import { parseTypeToken, refusedType } from '../../../local/pulumi/kubernetes-provider/type-token';
import { parseResourceId } from '../../../local/pulumi/kubernetes-provider/kube-object';
import { formatPath, parsePath } from '../../../local/pulumi/kubernetes-provider/property-path';
import { parseWarnings } from '../../../local/pulumi/kubernetes-provider/api-client';

test.each([
  ['kubernetes:core/v1:ConfigMap', 'v1', 'ConfigMap'],
  ['kubernetes:apps/v1:Deployment', 'apps/v1', 'Deployment'],
  ['kubernetes:rbac.authorization.k8s.io/v1:Role', 'rbac.authorization.k8s.io/v1', 'Role'],
  ['kubernetes:keda.sh/v1alpha1:ScaledObject', 'keda.sh/v1alpha1', 'ScaledObject'],
])('%s', (token, apiVersion, kind) => {
  expect(parseTypeToken(token)).toEqual({ apiVersion, kind });
});

test('fails with a token of another form', () => {
  expect(() => parseTypeToken('aws:s3:Bucket:x')).toThrow('"kubernetes:<group>/<version>:<Kind>"');
});

test('kinds that are not one object are refused with a way out', () => {
  expect(refusedType('kubernetes:helm.sh/v3:Release', undefined)).toMatch(/one resource per/);
  expect(refusedType('kubernetes:core/v1:ConfigMapPatch', 'ConfigMap')).toMatch(/whole object/);
  expect(refusedType('kubernetes:core/v1:ConfigMapList', 'ConfigMapList')).toMatch(/per item/);
  expect(refusedType('kubernetes:apps/v1:Deployment', 'Deployment')).toBeUndefined();
});

test('resource ids hold a namespace or none', () => {
  expect(parseResourceId('ns/name')).toEqual({ namespace: 'ns', name: 'name' });
  expect(parseResourceId('name')).toEqual({ name: 'name' });
  expect(() => parseResourceId('a/b/c')).toThrow('resource id "a/b/c"');
});

test('property paths are read as they are written', () => {
  const path = ['metadata', 'annotations', 'a.b/c', 'list', 0, 'x'];
  expect(formatPath(path)).toBe('metadata.annotations["a.b/c"].list[0].x');
  expect(parsePath(formatPath(path))).toEqual(path);
  expect(() => parsePath('a[x')).toThrow('property path "a[x"');
});

test('warnings of the server are read one by one', () => {
  expect(parseWarnings('299 - "first, \\"quoted\\"", 299 - "second"')).toEqual([
    'first, "quoted"',
    'second',
  ]);
  expect(parseWarnings(undefined)).toEqual([]);
});
