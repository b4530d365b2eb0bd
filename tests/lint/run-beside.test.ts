import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, runBeside } from '../support/run-beside';

const node = (source: string): Command => [process.execPath, '-e', source];

const PASSES = node('');
const FAILS = node('process.exit(3)');

async function outcome(background: Command, foreground: Command) {
  let output = '';
  const write = (text: string) => void (output += text);
  const passed = await runBeside({ name: 'lint', background, foreground, write });
  return { passed, output };
}

test('passes where both commands pass', async () => {
  expect(await outcome(PASSES, PASSES)).toMatchObject({ passed: true });
});

test.each([
  ['the background command', FAILS, PASSES],
  ['the foreground command', PASSES, FAILS],
  ['a background command that does not exist', ['no-such-program'] as Command, PASSES],
  ['a foreground command that does not exist', PASSES, ['no-such-program'] as Command],
])('fails where %s fails', async (_which, background, foreground) => {
  expect(await outcome(background, foreground)).toMatchObject({ passed: false });
});

test('both run at the same time', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'beside-'));
  const [one, two] = [join(folder, 'one'), join(folder, 'two')];
  const meets = (own: string, other: string) =>
    node(`
      const fs = require('node:fs');
      fs.writeFileSync(${JSON.stringify(own)}, '');
      setTimeout(() => process.exit(1), 20000);
      const look = () => fs.existsSync(${JSON.stringify(other)}) && process.exit(0);
      setInterval(look, 20);
    `);
  try {
    expect(await outcome(meets(one, two), meets(two, one))).toMatchObject({ passed: true });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('what the background command says is one block, and the closing line comes last', async () => {
  const { output } = await outcome(
    node("setTimeout(() => { console.log('one'); console.error('two'); process.exit(1); }, 500)"),
    node("console.log('5 passed, 0 failed')"),
  );
  expect(output).toMatch(/^\nlint failed: .*\none\ntwo\n5 passed, 0 failed\n$/);
});
