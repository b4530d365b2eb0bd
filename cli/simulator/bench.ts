import { highest } from './highest';
import { dayLoad, loadOf } from './load';
import { labScenario } from './scenario';
import { simulate } from './simulation';

/** A day of a thousand pods, and what it took to simulate it. */
export interface DayOutcome {
  readonly requests: number;
  readonly answered: number;
  readonly peakReplicas: number;
  /** Processor time of the fastest of three runs, which other work on the machine changes the least. */
  readonly seconds: number;
}

const PODS = 1000;

/** Simulates a day whose noon needs nearly a thousand pods. */
export function simulateDay(): DayOutcome {
  const load = loadOf(dayLoad(0.99 * PODS));
  // a thousand pods with two slots each would be more than the consumer has out at a time
  const scenario = labScenario(load, {
    maxReplicas: PODS,
    workerConcurrency: 1,
    secondsPerMeme: 1,
  });
  const outcomes = [1, 2, 3].map(() => {
    const before = process.cpuUsage();
    const run = simulate(scenario);
    const { user, system } = process.cpuUsage(before);
    return { run, seconds: (user + system) / 1e6 };
  });
  const { run, seconds } = outcomes.reduce((a, b) => (b.seconds < a.seconds ? b : a));
  return {
    requests: run.arrived,
    answered: run.answered,
    peakReplicas: highest(run.replicas.map(({ wanted }) => wanted)),
    seconds,
  };
}

/** The outcome as one sentence. */
export function benchText({ requests, answered, peakReplicas, seconds }: DayOutcome): string {
  return (
    `a day of ${requests} requests, ${answered} answered by up to ${peakReplicas} pods, ` +
    `took ${seconds.toFixed(2)} s of processor time`
  );
}
