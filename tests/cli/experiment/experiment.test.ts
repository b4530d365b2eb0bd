import { KubeConfig } from '@kubernetes/client-node';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Experiment } from '../../../cli/experiment/experiment';
import { type PlannedRun } from '../../../cli/experiment/run-plan';
import { ResultFolder } from '../../../cli/experiment/result-folder';
import { ApiReader } from '../../../local/api-reader';
import { pulumiThat } from '../../local/support/stand-in';
import { temporaryFolder } from '../../local/support/temporary-folder';
import { SETUP } from './support/runs';

const STACK = 'prod';
const FAILS = 'echo no engine; exit 3';
const FAILS_TO_SWITCH = `case "$*" in *scalingMode*) ${FAILS};; esac`;
const RUN: PlannedRun = { mode: 'kpi', repeat: 1, offsetSeconds: 0 };

let folder: string;
let calls: string;
let said: string[];

beforeEach(async () => {
  folder = await temporaryFolder();
  calls = join(folder, 'calls');
  said = [];
});

/** Makes these runs where the Pulumi CLI writes down its arguments and is then this shell script. */
async function experiment(pulumi: string, todo: readonly PlannedRun[]) {
  const options = {
    folder: await ResultFolder.open(join(folder, 'results'), SETUP),
    stack: STACK,
    natsUrl: 'nats://127.0.0.1:1',
    cluster: new ApiReader(new KubeConfig()),
    env: await pulumiThat(`echo "$@" >> ${calls}\n${pulumi}`),
    say: (sentence: string) => said.push(sentence),
  };
  return Experiment.run(options, todo);
}

const lastCall = async () => (await readFile(calls, 'utf8')).trimEnd().split('\n').at(-1)!;

/** The copy of the stack's settings that Pulumi was given. */
const settingsCopy = async () => /--config-file (\S+)/.exec(await lastCall())![1]!;

test('where the runs fail and the way back too, the first error is thrown and the other told', async () => {
  await expect(experiment(FAILS, [RUN])).rejects.toThrow(
    /^"pulumi up --config scalingMode=queue" ended with 3:\n +no engine$/,
  );
  expect(said.at(-1)).toMatch(
    /^the lab is not back to the stack's own settings, "npm run up" gets them back: "pulumi up " ended with 3/,
  );
});

test('where the way back alone fails, that is the error', async () => {
  await expect(experiment(FAILS, [])).rejects.toThrow(
    /^the lab is not back to the stack's own settings, "npm run up" gets them back/,
  );
});

test('the lab is brought back where the runs fail', async () => {
  await expect(experiment(FAILS_TO_SWITCH, [RUN])).rejects.toThrow('scalingMode');
  expect(await lastCall()).toMatch(`up --yes --skip-preview --stack ${STACK}`);
  expect(await lastCall()).not.toContain('scalingMode');
});

test.each([
  ['the runs fail', FAILS_TO_SWITCH, [RUN]],
  ['the way back fails', FAILS, []],
  ['both fail', FAILS, [RUN]],
])('no copy of the settings stays where %s', async (_case, pulumi, todo) => {
  await expect(experiment(pulumi, todo)).rejects.toThrow();
  await expect(stat(await settingsCopy())).rejects.toThrow('ENOENT');
});
