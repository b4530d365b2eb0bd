import { stderr } from 'node:process';

/** Reports the progress of a step in a few words, such as `812 of 2140 packages`. */
export type Report = (state: string) => void;

const REPEAT_SECONDS = 10;

/** The running steps, the oldest first. */
const running: symbol[] = [];

/**
 * Runs a step and prints its title, progress and duration on standard error.
 * On a terminal the progress is rewritten in place, for the newest of several steps; elsewhere a line is printed when it changed, at most every ten seconds.
 */
export async function step<T>(title: string, run: (report: Report) => Promise<T>): Promise<T> {
  const started = Date.now();
  const self = Symbol(title);
  running.push(self);
  let state = '';
  const line = (columns?: number) =>
    progressLine(title, `${state ? `: ${state}` : ''} (${seconds(started)})`, columns);
  let last = '';
  const timer = setInterval(
    () => {
      if (stderr.isTTY) {
        if (running.at(-1) === self) stderr.write(`\r\x1b[K${line(stderr.columns)}`);
      } else if (last !== state || state === '') stderr.write(`${line()}\n`);
      last = state;
    },
    stderr.isTTY ? 250 : REPEAT_SECONDS * 1000,
  );
  const finish = (mark: string) => {
    clearInterval(timer);
    running.splice(running.indexOf(self), 1);
    stderr.write(`${stderr.isTTY ? '\r\x1b[K' : ''}${mark} ${title} (${seconds(started)})\n`);
  };
  try {
    const result = await run((next) => {
      state = next;
    });
    finish('✓');
    return result;
  } catch (error) {
    finish('✗');
    throw error;
  }
}

/** One line of progress; the title is shortened on a narrow terminal, since only one line can be rewritten. */
export function progressLine(title: string, state: string, columns = Infinity): string {
  const room = columns - 1 - '  '.length - state.length;
  const shown = title.length <= room ? title : `${title.slice(0, Math.max(0, room - 1))}…`;
  const line = `  ${shown}${state}`;
  return line.length < columns ? line : line.slice(0, columns - 1);
}

function seconds(since: number): string {
  const total = Math.round((Date.now() - since) / 100) / 10;
  return total < 60 ? `${total} s` : `${Math.floor(total / 60)} min ${Math.round(total % 60)} s`;
}
