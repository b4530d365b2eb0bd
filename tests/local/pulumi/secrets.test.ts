import {
  concealSecretObject,
  normalizeSecret,
} from '../../../local/pulumi/kubernetes-provider/secrets';
import { reveal, secret, UNKNOWN } from '../../../local/pulumi/kubernetes-provider/property-values';

const base = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } };

test('stringData goes, encoded, into data, and wins over it', () => {
  const inputs = normalizeSecret({
    ...base,
    data: { a: 'b2xk', b: 'a2VlcA==' },
    stringData: secret({ a: 'new' }),
  });
  expect(inputs).not.toHaveProperty('stringData');
  expect(inputs.data).toEqual(secret({ a: 'bmV3', b: 'a2VlcA==' }));
});

test('text that is not known yet stays where it is, and stays secret', () => {
  const inputs = normalizeSecret({ ...base, stringData: { a: UNKNOWN } });
  expect(inputs.stringData).toEqual(secret({ a: UNKNOWN }));
});

test('the content of a Secret is hidden in the answer, and in what kubectl left behind', () => {
  const last = 'kubectl.kubernetes.io/last-applied-configuration';
  const outputs = concealSecretObject({
    ...base,
    metadata: { name: 's', annotations: { [last]: '{"data":{}}', other: 'x' } },
    data: { a: 'b2xk' },
  });
  expect(outputs.data).toEqual(secret({ a: 'b2xk' }));
  expect(outputs.metadata).toEqual({
    name: 's',
    annotations: { [last]: secret('{"data":{}}'), other: 'x' },
  });
  expect(reveal(outputs)).toMatchObject({ data: { a: 'b2xk' } });
});

test('other kinds are left alone', () => {
  const configMap = { apiVersion: 'v1', kind: 'ConfigMap', data: { a: '1' } };
  expect(normalizeSecret(configMap)).toBe(configMap);
  expect(concealSecretObject(configMap)).toBe(configMap);
});
