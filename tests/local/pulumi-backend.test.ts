import { userInfo } from 'node:os';
import { join } from 'node:path';
import { backendFolder, backendUrl } from '../../local/pulumi-backend';
import { PROJECT_ROOT } from '../../local/stack';
import { pulumiThat } from './support/stand-in';

const before = process.env.PULUMI_BACKEND_URL;

beforeEach(() => {
  delete process.env.PULUMI_BACKEND_URL;
});
afterEach(() => {
  delete process.env.PULUMI_BACKEND_URL;
  if (before !== undefined) process.env.PULUMI_BACKEND_URL = before;
});

test.each([
  ['file:///srv/states', '/srv/states'],
  ['file:///srv/my%20states?no_tmp_dir=true', '/srv/my states'],
  ['file://~', userInfo().homedir],
  ['file://~/states', join(userInfo().homedir, 'states')],
  ['file://./states', join(PROJECT_ROOT, 'states')],
])('the states of "%s" are in %s', (url, folder) => {
  expect(backendFolder(url)).toBe(folder);
});

test.each(['s3://states', 'https://api.pulumi.com'])('"%s" is no folder', (url) => {
  expect(backendFolder(url)).toBeUndefined();
});

test("the lab's own backend comes before the shell's, and both before Pulumi's", async () => {
  const env = await pulumiThat('echo "{\\"user\\": \\"me\\", \\"url\\": \\"file://~\\"}"');

  await expect(backendUrl(env)).resolves.toBe('file://~');
  process.env.PULUMI_BACKEND_URL = '';
  await expect(backendUrl(env)).resolves.toBe('file://~');
  process.env.PULUMI_BACKEND_URL = 's3://states';
  await expect(backendUrl(env)).resolves.toBe('s3://states');
  await expect(backendUrl({ ...env, PULUMI_BACKEND_URL: 'file:///own' })).resolves.toBe(
    'file:///own',
  );
});

test('fails if Pulumi is not logged in, with the command to log in', async () => {
  const env = await pulumiThat('echo "error: PULUMI_ACCESS_TOKEN must be set" >&2; exit 3');

  await expect(backendUrl(env)).rejects.toThrow(
    '"pulumi whoami --json" failed with exit code 3:\n  error: PULUMI_ACCESS_TOKEN must be set\nlog in first: npx pulumi login',
  );
});
