import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { SettingsError } from '../process/setting';
import { type LoadRun } from '../protocol/load-request';
import { readRunConfig } from './config';
import { type RequestRecord } from './request-record';
import { prepareLoad } from './prepared-load';
import { RunningLoad } from './running-load';

const PROGRESS_EVERY_MS = 5000;

/** @returns the exit code: 0 where every request was answered once, with a picture or a page */
async function main(): Promise<number> {
  const config = readRunConfig(process.argv.slice(2), process.env);
  const runId = randomUUID().slice(0, 8);
  const prepared = await prepareLoad(config, runId, config, config.seed);
  const { profile, target } = config;
  const load = new RunningLoad(runId, { profile, target }, prepared.job);
  process.once('SIGINT', () => load.stop());
  process.once('SIGTERM', () => load.stop());
  const progress = setInterval(() => say(progressLine(load.state)), PROGRESS_EVERY_MS);
  try {
    say(`load ${runId}: ${profile}, ${load.state.planned} requests on ${target}`);
    const failure = await load.run(() => undefined);
    say(resultLine(load.state));
    if (config.records !== undefined && prepared.requests !== undefined) {
      await writeRecords(config.records, prepared.requests.records);
    }
    if (failure) process.stderr.write(`${failure.message}\n`);
    const { phase, refused, failed, duplicates } = load.state;
    return phase === 'done' && refused + failed + duplicates === 0 ? 0 : 1;
  } finally {
    clearInterval(progress);
    await prepared.close();
  }
}

async function writeRecords(file: string, records: readonly RequestRecord[]): Promise<void> {
  await writeFile(file, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
}

function progressLine({ phase, planned, sent, answered }: LoadRun): string {
  return `${phase}: ${sent} of ${planned} sent, ${answered} answered`;
}

function resultLine(run: LoadRun): string {
  const { sent, refused, answered, failed, cached, duplicates, phase } = run;
  const times = [run.p50Ms, run.p95Ms, run.p99Ms].map((ms) =>
    ms === undefined ? 'unknown' : `${(ms / 1000).toFixed(2)} s`,
  );
  return (
    `${phase}: ${sent} sent, ${refused} refused, ${answered} answered (${cached} from the cache), ` +
    `${failed} failed, ${duplicates} duplicates; p50 ${times[0]}, p95 ${times[1]}, p99 ${times[2]}`
  );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error instanceof SettingsError ? 2 : 1;
  },
);
