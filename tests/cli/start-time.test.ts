import { run } from '../support/run';

jest.setTimeout(60_000);

/** Files of a package that a module of the project has loaded when the program ends. */
async function loadedOf(pkg: string, module: string): Promise<number> {
  const source = `
    process.argv.push('main', '--help');
    process.on('exit', () => {
      const loaded = Object.keys(require.cache).filter((file) => file.includes('/${pkg}/'));
      require('node:fs').writeSync(2, String(loaded.length));
    });
    require('./${module}');`;
  return Number((await run('node', ['--require', 'tsx/cjs', '-e', source])).stderr);
}

test('a command that asks no cluster does not load the Kubernetes client, which takes a second', async () => {
  expect(await loadedOf('client-node', 'cli/main.ts')).toBe(0);
  // what asks one does
  expect(await loadedOf('client-node', 'local/lab-volumes.ts')).toBeGreaterThan(100);
});
