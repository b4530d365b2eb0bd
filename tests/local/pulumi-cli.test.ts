import { LabError } from '../../local/lab-error';
import { readPulumi } from '../../local/pulumi-cli';
import { pulumiThat } from './support/stand-in';
import { temporaryFolder } from './support/temporary-folder';

test('returns the standard output of Pulumi', async () => {
  const env = await pulumiThat('echo "of $*"; echo "a warning" >&2');

  await expect(readPulumi(env, ['stack', 'export'])).resolves.toBe('of stack export');
});

test('fails if Pulumi does, with the end of its output and the remedy', async () => {
  const env = await pulumiThat(
    'seq 1 20 >&2; echo "error: failed to decrypt: incorrect passphrase" >&2; exit 255',
  );
  const reading = readPulumi(env, ['stack', 'export'], 'ask who set it');

  await expect(reading).rejects.toBeInstanceOf(LabError);
  await expect(reading).rejects.toThrow(
    /^"pulumi stack export" failed with exit code 255:\n {2}14\n[^]* {2}20\n {2}error: failed to decrypt: incorrect passphrase\nask who set it$/,
  );
});

test('fails if Pulumi prints nothing, is killed, or does not exist', async () => {
  await expect(readPulumi(await pulumiThat('exit 6'), ['whoami'])).rejects.toThrow(
    '"pulumi whoami" failed with exit code 6:\n  (no output)\nfix that and repeat the command',
  );
  await expect(readPulumi(await pulumiThat('kill -9 $$'), ['whoami'])).rejects.toThrow(
    /^"pulumi whoami" could not be run: .*SIGKILL/,
  );
  await expect(readPulumi({ PATH: await temporaryFolder() }, ['whoami'])).rejects.toThrow(
    /^"pulumi whoami" could not be run: .*ENOENT/,
  );
});
