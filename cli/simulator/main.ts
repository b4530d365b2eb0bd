import { runTool } from '../requests/user-error';
import { benchText, simulateDay } from './bench';
import { check, checkText, readSummary } from './check';
import { MAX_VIOLATION_SHARE, propose } from './optimiser';
import { readSimulateOptions } from './options';
import { proposalText, runsText } from './report';
import { runPhases } from './spread';

runTool(async () => {
  const options = readSimulateOptions(process.argv.slice(2));
  const { scenario, objective, runs } = options;
  if (options.bench) {
    const outcome = simulateDay();
    print(options.json ? JSON.stringify(outcome) : benchText(outcome));
    return outcome.seconds < 1 ? 0 : 1;
  }
  if (options.check !== undefined) {
    const modes = check(await readSummary(options.check));
    print(options.json ? JSON.stringify(modes) : checkText(modes));
    return modes.some(({ holds }) => holds === false) ? 1 : 0;
  }
  if (options.optimise) {
    const proposal = propose(scenario, {
      objective,
      runs,
      quietSeconds: options.quiet,
      judgeRuns: options.judgeRuns,
      seed: options.scenario.seed,
    });
    print(
      options.json
        ? JSON.stringify({ objective, ...proposal })
        : proposalText(scenario, proposal, objective),
    );
    const { best, judged } = proposal;
    const isKept = best.excess === 0 && judged.best.count <= MAX_VIOLATION_SHARE * judged.best.runs;
    return isKept ? 0 : 1;
  }
  const outcome = runPhases(scenario, runs, objective.seconds);
  if (!options.json) {
    print(runsText(scenario, outcome, objective));
    return 0;
  }
  const { spread, measures, cut, typical } = outcome;
  const { replicas, lag } = typical;
  print(
    JSON.stringify({
      scenario,
      objective,
      spread,
      runs: measures,
      cut,
      typical: { replicas, lag },
    }),
  );
  return 0;
});

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
