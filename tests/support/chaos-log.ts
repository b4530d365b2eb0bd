import { type LogLine, type WorkerProcess } from './worker-process';

interface Entry {
  readonly at: number;
  readonly who: string;
  readonly what: string;
  /** Id of the request it is about; absent where it is about the worker or the servers. */
  readonly id?: string;
}

/** An entry of no request is told where it is this close to one, in milliseconds. */
const NEARBY_MS = 6000;

/** What the workers wrote and what was done to them, in one order of time. */
export class ChaosLog {
  private readonly workers: { readonly name: string; readonly process: WorkerProcess }[] = [];
  private readonly events: Entry[] = [];

  /** Keeps what a worker writes. */
  follow(name: string, process: WorkerProcess): void {
    this.workers.push({ name, process });
  }

  /** Keeps what is done to the workers or to the servers. */
  note(what: string): void {
    this.events.push({ at: Date.now(), who: 'chaos', what });
  }

  /** Whether a worker let go of a request: answered it, or gave it up or back. */
  hasLetGo(worker: string, id: string): boolean {
    return this.linesOf(worker, id).some(({ msg }) =>
      /^(answered|request (failed|cannot be answered).*|stopping, giving .*|someone else .*)$/.test(
        msg,
      ),
    );
  }

  /**
   * Whether Redis could not be asked when a worker claimed a request, or could not be told when it
   * had answered it: others could not know of its work then.
   */
  workedUnclaimed(worker: string, id: string): boolean {
    return this.linesOf(worker, id).some(
      ({ msg, state, noted }) =>
        (msg === 'claim' && state === 'unknown') || (msg === 'answered' && noted === false),
    );
  }

  private linesOf(worker: string, id: string): LogLine[] {
    const { process } = this.workers.find(({ name }) => name === worker)!;
    return process.log.filter((line) => line.id === id);
  }

  /** The entries of one request, and what happened around its first, one line each. */
  story(id: string, around: number): string[] {
    const entries = [
      ...this.events,
      ...this.workers.flatMap(({ name, process }) =>
        process.log.map((line) => entryOf(name, line)),
      ),
    ];
    return entries
      .filter((entry) =>
        entry.id === undefined ? Math.abs(entry.at - around) < NEARBY_MS : entry.id === id,
      )
      .sort((one, other) => one.at - other.at)
      .map(({ at, who, what }) => `  ${at - around} ms ${who}: ${what}`);
  }
}

function entryOf(who: string, line: LogLine): Entry {
  const { time, level, msg, id, ...fields } = line;
  const shown = JSON.stringify({ ...fields, app: undefined, pod: undefined });
  const what = `${level} ${msg} ${shown}`;
  return { at: Date.parse(String(time)), who, what, ...(typeof id === 'string' && { id }) };
}
