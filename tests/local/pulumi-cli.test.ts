import { LabError } from '../../local/lab-error';
import { readPulumi } from '../../local/pulumi-cli';
import { pulumiThat } from './support/stand-in';
import { temporaryFolder } from './support/temporary-folder';

test('gives what Pulumi prints', async () => {
  const env = await pulumiThat('echo "of $*"; echo "a warning" >&2');

  await expect(readPulumi(env, ['stack', 'export'])).resolves.toBe('of stack export');
});

test('fails where Pulumi does, with the end of what it said and what to do', async () => {
  const env = await pulumiThat(
    'seq 1 20 >&2; echo "error: failed to decrypt: incorrect passphrase" >&2; exit 255',
  );
  const reading = readPulumi(env, ['stack', 'export'], 'ask who set it');

  await expect(reading).rejects.toBeInstanceOf(LabError);
  await expect(reading).rejects.toThrow(
    /^"pulumi stack export" ended with exit code 255:\n {2}14\n[^]* {2}20\n {2}error: failed to decrypt: incorrect passphrase\nask who set it$/,
  );
});

test('fails where Pulumi says nothing, is killed, or is not there', async () => {
  await expect(readPulumi(await pulumiThat('exit 6'), ['whoami'])).rejects.toThrow(
    '"pulumi whoami" ended with exit code 6:\n  (it printed nothing)\nmend that and run the command again',
  );
  await expect(readPulumi(await pulumiThat('kill -9 $$'), ['whoami'])).rejects.toThrow(
    /^"pulumi whoami" could not be run: .*SIGKILL/,
  );
  await expect(readPulumi({ PATH: await temporaryFolder() }, ['whoami'])).rejects.toThrow(
    /^"pulumi whoami" could not be run: .*ENOENT/,
  );
});
