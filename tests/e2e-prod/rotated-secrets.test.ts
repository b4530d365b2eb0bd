import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import execa from 'execa';
import { connect } from 'nats';
import { readLocalConfig } from '../../local/config';
import { NATS_USERS } from '../../charts/platform/nats/nats-users';
import { NATS } from '../../workloads/protocol/names';
import { Chromium } from '../support/chromium';
import { PROJECT_ROOT } from '../../local/stack';
import { operatorCredentials } from '../e2e/support/lab';
import { labCommand } from '../e2e/support/lab-command';
import { pageUrl } from '../e2e/support/lab-page';
import { printMeasurements } from '../e2e/support/measurements';
import { SteadyRequests } from '../e2e/support/steady-requests';

const SETTINGS = join(PROJECT_ROOT, 'Pulumi.dev.yaml');

let core: CoreV1Api;
let settings: string;

beforeAll(async () => {
  settings = await readFile(SETTINGS, 'utf8');
  const kubeconfig = new KubeConfig();
  kubeconfig.loadFromDefault();
  core = kubeconfig.makeApiClient(CoreV1Api);
});

afterAll(() => writeFile(SETTINGS, settings));

test('secrets are rotated under load: nothing is lost, and everyone is back', async () => {
  const old = await operatorCredentials(core);
  const chromium = await Chromium.start();
  try {
    const { page } = await chromium.open(pageUrl());
    await page.getByLabel('Prompt').waitFor();
    const requests = new SteadyRequests(core, 500);

    const { exitCode, output, seconds } = await labCommand('rotate-secrets');

    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    const answers = await requests.answered(60);
    expect([...answers].filter(([, count]) => count !== 1)).toEqual([]);
    await expect(
      connect({ port: readLocalConfig(process.env).ports.nats, ...old }),
    ).rejects.toThrow(/authorization/i);
    expect(await connectedUsers()).toEqual(
      expect.arrayContaining(['auth-callout', 'load', 'observer', 'worker']),
    );
    const prompt = `a cat with a new key, ${Date.now()}`;
    await page.getByLabel('Prompt').fill(prompt);
    await page.keyboard.press('Enter');
    await page.getByAltText(`Meme: ${prompt}`).waitFor({ timeout: 60_000 });
    printMeasurements('Every secret replaced under load', [
      ['whole command', `${seconds} s`],
      ['requests, each with one answer', String(answers.size)],
      ['longest time without a server', `${requests.longestWait / 1000} s`],
    ]);
  } finally {
    await chromium.stop();
  }
}, 400_000);

/** The users with a connection to NATS, as its server says. */
async function connectedUsers(): Promise<string[]> {
  const pod = `${NATS.statefulSet}-0:${NATS.ports.monitor}`;
  const path = `/api/v1/namespaces/${NATS.namespace}/pods/${pod}/proxy/connz?auth=true`;
  const { stdout } = await execa('kubectl', ['get', '--raw', path]);
  const { connections } = JSON.parse(stdout) as {
    connections: readonly { authorized_user?: string }[];
  };
  const known = new Set<string>(NATS_USERS.map(({ name }) => name));
  return [...new Set(connections.map((each) => each.authorized_user ?? ''))].filter((user) =>
    known.has(user),
  );
}
