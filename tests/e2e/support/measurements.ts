import { writeSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** Prints measured values with the machine they are from; aims are shown beside them, not asserted. */
export function printMeasurements(
  title: string,
  rows: readonly (readonly [what: string, value: string, aim?: string])[],
): void {
  const machine = `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const width = Math.max(...rows.map(([what]) => what.length));
  const lines = rows.map(
    ([what, value, aim]) => `  ${what.padEnd(width)}  ${value}${aim ? `  (aim: ${aim})` : ''}`,
  );
  // Jest buffers what goes through process.stdout, and drops the rest when it is made to exit
  writeSync(1, `\n${title} (${machine})\n${lines.join('\n')}\n`);
}

/** Seconds between two moments in milliseconds, with one decimal. */
export function secondsBetween(start: number, end: number): string {
  return `${((end - start) / 1000).toFixed(1)} s`;
}
