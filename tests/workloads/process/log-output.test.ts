import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'log-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program that logs, with its standard output in a shell pipeline. */
function run(body: string, pipeline: string): Promise<number | null> {
  const logger = join(__dirname, '../../../workloads/process/logger.ts');
  const program = join(folder, 'program.ts');
  writeFileSync(
    program,
    `import { writeFileSync } from 'node:fs';
     import { createLogger } from ${JSON.stringify(logger)};
     const log = createLogger({ name: 'test', level: 'info' });
     ${body}`,
  );
  const tsx = join(__dirname, '../../../node_modules/.bin/tsx');
  const child = spawn('bash', ['-c', `${tsx} ${program} ${pipeline}`], { stdio: 'ignore' });
  return new Promise((resolve) => child.once('exit', resolve));
}

test('a reader that does not read stops no process', async () => {
  const done = join(folder, 'done');
  // 20 MB are more than any pipe and any buffer holds
  const body = `for (let line = 0; line < 20_000; line++) log.info('x'.repeat(1000));
    writeFileSync(${JSON.stringify(done)}, 'finished');`;
  await run(body, `| (for i in $(seq 150); do [ -e ${done} ] && break; sleep 0.1; done)`);
  expect(readFileSync(done, 'utf8')).toBe('finished');
});

test('what is read late arrives, with the number of lines that were dropped', async () => {
  const out = join(folder, 'out');
  const body = `for (let line = 0; line < 5000; line++) log.info({ line }, 'x'.repeat(1000));
    setTimeout(() => undefined, 4000);`;
  await run(body, `| (sleep 2; cat) > ${out}`);
  const lines = readFileSync(out, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const told = lines.at(-1);
  expect(told).toMatchObject({ msg: 'log lines were dropped: nobody read them' });
  expect(lines.length - 1 + told.lines).toBe(5000);
  expect(lines.slice(0, -1).map(({ line }) => line)).toEqual(
    Array.from({ length: lines.length - 1 }, (_, index) => index),
  );
});

test('the last line before an exit is written', async () => {
  const out = join(folder, 'out');
  await run(`log.error('the last words'); process.exit(1);`, `| cat > ${out}`);
  expect(readFileSync(out, 'utf8')).toContain('the last words');
  await run(`log.error('the last words'); process.exit(1);`, `> ${out}`);
  expect(readFileSync(out, 'utf8')).toContain('the last words');
});
