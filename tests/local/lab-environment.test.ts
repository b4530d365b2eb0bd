import { passphrase } from '../../local/lab-environment';

test('without a passphrase of the user the stack has an empty one', () => {
  expect(passphrase({})).toEqual({ PULUMI_CONFIG_PASSPHRASE: '' });
});

test("the user's passphrase is kept", () => {
  const own = { PULUMI_CONFIG_PASSPHRASE: 'own', PULUMI_CONFIG_PASSPHRASE_FILE: '/there' };
  expect(passphrase(own)).toEqual({ PULUMI_CONFIG_PASSPHRASE: 'own' });
});

test('a passphrase in a file is not hidden behind an empty one', () => {
  expect(passphrase({ PULUMI_CONFIG_PASSPHRASE_FILE: '/there' })).toEqual({});
});
