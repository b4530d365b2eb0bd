import { runBeside } from './support/run-beside';

// the tests wait for servers much of their time; lint uses what they leave of the machine
const UNIT = ['--selectProjects', 'unit', '--maxWorkers=100%', '--forceExit'];

async function main(): Promise<void> {
  const passed = await runBeside({
    name: 'lint',
    background: ['npm', 'run', '--silent', 'lint'],
    foreground: ['jest', ...UNIT, '--testTimeout', '60000', ...process.argv.slice(2)],
    write: (text) => process.stdout.write(text),
  });
  process.exitCode = passed ? 0 : 1;
}

void main();
