import { find, lab } from '../support/lab';

const ENFORCE = 'pod-security.kubernetes.io/enforce';

test.each(['messaging', 'cache', 'meme-generator', 'monitoring'])(
  'namespace %s is restricted',
  (name) => {
    expect(find(lab(), 'Namespace', name).metadata.labels).toMatchObject({
      [ENFORCE]: 'restricted',
    });
  },
);

test('the namespace of KEDA is made once, with the others', () => {
  expect(find(lab(), 'Namespace', 'keda').metadata.labels).toMatchObject({ [ENFORCE]: 'baseline' });
});
