import { parseObjective } from '../../../cli/simulator/objective';
import { propose } from '../../../cli/simulator/optimiser';
import { proposalText, runsText } from '../../../cli/simulator/report';
import { labScenario } from '../../../cli/simulator/scenario';
import { runPhases } from '../../../cli/simulator/spread';
import { burst } from './support/burst';

const objective = parseObjective('drain<60s');

test('settings whose runs were cut short are not said to miss the objective', () => {
  const scenario = labScenario(burst(300), { maxReplicas: 1, horizon: 50 });
  const proposal = propose(scenario, {
    objective,
    quietSeconds: 0,
    runs: 1,
    judgeRuns: 20,
    seed: 1,
  });
  const text = proposalText(scenario, proposal, objective);
  expect(text).toContain('No settings that were tried come to their drain within the 50 s');
  expect(text).toMatch(/\nabove the objective +not all answered within 50 s/);
  expect(text).not.toContain('Nothing keeps it');
});

test('what is missing in some of the runs is so for the time that was simulated', () => {
  const scenario = labScenario(burst(300), { horizon: 44 });
  const text = runsText(scenario, runPhases(scenario, 15, 10), objective);
  expect(text).toMatch(
    /\ndrained after the last request +[\d.]+ s +in \d+ of 15 +not within 44 s\n/,
  );
  expect(text).toContain('15 of 15 runs were not at rest after 44 s');
});

test('what a run that came to rest did not do, it never did', () => {
  const scenario = labScenario(burst(4), { minReplicas: 2 });
  const text = runsText(scenario, runPhases(scenario, 3, 10), objective);
  expect(text).toMatch(/\nfirst replica asked for +never +never +never\n/);
  expect(text).not.toContain('not within');
});
