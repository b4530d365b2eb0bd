import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { runTool } from '../requests/user-error';
import { oneOf, readSettings, wholeNumber } from '../../workloads/process/setting';
import { BenchLab } from './bench-lab';
import { consuming } from './consuming';
import { type Measurement } from './measurement';
import { drawing, dualPath, memory, scaling } from './measurements';

const PARTS = ['drawing', 'consuming', 'dual-path', 'scaling', 'memory'] as const;

const SETTINGS = {
  requests: {
    flag: '--requests',
    description: 'cached requests to take',
    default: '3000',
    parse: wholeNumber(10, 1_000_000),
  },
  pictures: {
    flag: '--pictures',
    description: 'pictures to draw with and without the worker',
    default: '200',
    parse: wholeNumber(1, 100_000),
  },
  memes: {
    flag: '--memes',
    description: 'memes to make while the memory is watched',
    default: '20000',
    parse: wholeNumber(2, 1_000_000),
  },
  workers: {
    flag: '--workers',
    description: 'most worker processes on one stream',
    default: '10',
    parse: wholeNumber(1, 100),
  },
  only: {
    flag: '--only',
    description: `one of ${PARTS.join(', ')}; without it, all`,
    parse: oneOf(...PARTS),
  },
} as const;

const MEMES_PER_STEP = 300;
const DUAL_REQUESTS = 100;

runTool(async () => {
  const program = new Command('bench').description(
    'Measures the worker against what it is made of, as ratios in one run. ' +
      'Exits with 1 where a ratio does not hold.',
  );
  const options = readSettings(program, SETTINGS, process.argv.slice(2), process.env);
  const wants = (part: (typeof PARTS)[number]) => (options.only ?? part) === part;
  const lab = await BenchLab.start();
  const lines: Measurement[] = [];
  const add = (line: Measurement) => {
    lines.push(line);
    say(row(line));
  };
  try {
    say('what | measured | reference | ratio | at least');
    if (wants('drawing')) add(await drawing(options.pictures));
    if (wants('consuming')) {
      for (const line of await consuming(lab, options.requests)) add(line);
    }
    if (wants('dual-path')) add(await dualPath(lab, DUAL_REQUESTS));
    const counts = [1, 2, 4, options.workers].filter(
      (count, index, all) => count <= options.workers && all.indexOf(count) === index,
    );
    const cores = availableParallelism();
    if (wants('scaling')) {
      for (const line of await scaling(lab, counts, MEMES_PER_STEP, cores)) add(line);
    }
    if (wants('memory')) add(await memory(lab, options.memes));
  } finally {
    await lab.stop();
  }
  const judged = lines.filter(({ least }) => least !== undefined);
  const verdicts = judged.map(
    (line) => `${line.name} ${line.ratio.toFixed(2)} ${holds(line) ? 'holds' : 'does not hold'}`,
  );
  say(`${verdicts.join(', ')}.`);
  return judged.every(holds) ? 0 : 1;
});

function holds({ ratio, least }: Measurement): boolean {
  return ratio >= (least ?? 0);
}

function row({ name, measured, reference, ratio, least }: Measurement): string {
  return [name, measured, reference, ratio.toFixed(2), least?.toFixed(2) ?? '-'].join(' | ');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
