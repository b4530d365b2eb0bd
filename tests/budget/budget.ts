import { join } from 'node:path';
import { Command } from 'commander';
import { readLocalConfig } from '../../local/config';
import { readSettings, url, wholeNumber } from '../../workloads/process/setting';
import { runTool, UserError } from '../../cli/requests/user-error';
import { unstageWorker } from '../support/meme-lab';
import { stagePage } from '../support/page-server';
import { loadPage } from './page-load';
import { budgetFaults, PAGE_BUDGET, pageWeight } from './page-weight';

const SETTINGS = {
  page: {
    flag: '--page',
    env: 'PAGE_URL',
    description: 'address of the page, opened in Chromium; by default that of the local cluster',
    default: `http://127.0.0.1:${readLocalConfig(process.env).ports.page}/`,
    parse: url('http', 'https'),
  },
  loads: {
    flag: '--loads',
    description: 'how often it is opened',
    default: '5',
    parse: wholeNumber(1, 100),
  },
} as const;

runTool(async () => {
  const program = new Command('budget').description(
    'Weighs the page as it is built, and as Chromium loads it. Exits with 1 where it is too heavy or too slow.',
  );
  const options = readSettings(program, SETTINGS, process.argv.slice(2), process.env);
  const staged = await stagePage();
  const weight = await pageWeight(join(staged, 'html')).finally(() => unstageWorker(staged));
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  say(
    `built: ${kilobytes(weight.scriptBytes)} of JavaScript before the form, compressed ` +
      `(at most ${kilobytes(PAGE_BUDGET.scriptBytes)}); ${kilobytes(weight.bytes)} in ` +
      `${weight.requests} requests in all; ${kilobytes(weight.laterScriptBytes)} more for the charts`,
  );
  const faults = budgetFaults(weight);
  await fetch(options.page).catch((error: Error) => {
    throw new UserError(
      `the page is not at "${options.page}" (${error.message}): run "npm run up", or give its ` +
        'address with --page',
    );
  });
  const load = await loadPage(options.page, options.loads);
  const milliseconds = (value: number) => `${Math.round(value)} ms`;
  say(
    `opened ${options.loads} times: a form after ${milliseconds(load.formMs)} (median; ` +
      `${milliseconds(load.fastestMs)} to ${milliseconds(load.slowestMs)}), ` +
      `${load.requests} requests, ${kilobytes(load.bytes)}`,
  );
  faults.push(...budgetFaults(load));
  for (const fault of faults) say(fault);
  return faults.length === 0 ? 0 : 1;
});

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
