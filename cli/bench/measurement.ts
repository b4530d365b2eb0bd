/** One line of the table. */
export interface Measurement {
  readonly name: string;
  readonly measured: string;
  readonly reference: string;
  readonly ratio: number;
  /** Smallest ratio that holds; absent where the line is for reading only. */
  readonly least?: number;
}

/** Seconds of processor time that this process used since, in user and system mode together. */
export function cpuSeconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}
