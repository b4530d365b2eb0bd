import { Command } from 'commander';
import { wholeNumber, readSettings } from '../../workloads/process/setting';
import { runTool } from '../../cli/requests/user-error';
import { faultsOf, runChaos } from '../support/chaos-run';
import { stageWorker, unstageWorker } from '../support/meme-lab';

const SETTINGS = {
  requests: {
    flag: '--requests',
    description: 'unique requests to send',
    default: '5000',
    parse: wholeNumber(1, 1_000_000),
  },
  seed: {
    flag: '--seed',
    description: 'chooses the events',
    default: '1',
    parse: wholeNumber(0, 2 ** 31),
  },
  workers: {
    flag: '--workers',
    description: 'worker processes at any time',
    default: '3',
    parse: wholeNumber(1, 50),
  },
} as const;

const FAULTS_SHOWN = 20;

runTool(async () => {
  const program = new Command('chaos').description(
    'Sends requests while workers are killed, servers restarted and connections cut. ' +
      'Exits with 1 where a request is lost or made twice without a death.',
  );
  const options = readSettings(program, SETTINGS, process.argv.slice(2), process.env);
  const staged = await stageWorker();
  try {
    const report = await runChaos({ ...options, staged, say });
    say(`events: ${JSON.stringify(report.events)}`);
    say(`answered: ${report.answered} of ${report.requests}, ${report.failed} with an error`);
    say(`made again because a worker died holding them: ${report.madeAgainAfterDeath}`);
    say(`made again because Redis could not be asked: ${report.madeAgainUnclaimed}`);
    say(`left in the stream: ${report.left}, dead letters: ${report.dead}`);
    const faults = faultsOf(report);
    for (const fault of faults.slice(0, FAULTS_SHOWN)) say(fault);
    say(
      faults.length === 0
        ? `chaos: every request answered, none made twice without a death, ${report.seconds.toFixed(0)} s`
        : `chaos: ${faults.length} faults with seed ${options.seed}`,
    );
    return faults.length === 0 ? 0 : 1;
  } finally {
    await unstageWorker(staged);
  }
});

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
