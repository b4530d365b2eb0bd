import { readLocalConfig } from '../../../local/config';
import { checkPortsFree } from '../../../local/node/published-ports';
import { labCommand } from '../support/lab-command';
import { Leftovers, namespacesOf } from '../support/leftovers';
import { printMeasurements } from '../support/measurements';

const config = readLocalConfig(process.env);

test('an unchanged preview shows no change', async () => {
  const { exitCode, output, seconds } = await labCommand('preview');

  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  expect(output).toMatch(/\d+ unchanged/);
  expect(output).not.toMatch(/to (create|update|replace|delete)/);
  printMeasurements('Preview without a change', [['whole command', `${seconds} s`, '20 s']]);
}, 300_000);

test('a second up changes nothing', async () => {
  const { exitCode, output, seconds } = await labCommand('up');

  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  expect(output).toMatch(/\d+ unchanged/);
  expect(output).not.toMatch(/\d+ (created|updated|replaced|deleted)/);
  printMeasurements('Up without a change', [['whole command', `${seconds} s`]]);
}, 300_000);

// that "up" works again is what the test of a killed one shows
test('down leaves nothing behind', async () => {
  const leftovers = await Leftovers.of(config);
  expect(leftovers.namespaces).toHaveLength(6);
  const own = await namespacesOf(process.pid);
  expect(leftovers.namespaces.filter((name) => own.includes(name))).toEqual([]);

  const down = await labCommand('down');

  expect(down).toMatchObject({ exitCode: 0 });
  // the cluster goes in any case; destroy has to have worked before
  expect(down.output).not.toContain('with what is still on it');
  await expect(leftovers.find()).resolves.toEqual([]);
  await expect(checkPortsFree(config.ports)).resolves.toBeUndefined();
  printMeasurements('Down', [['whole command', `${down.seconds} s`]]);
}, 600_000);
