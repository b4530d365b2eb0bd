import {
  AutoscalingV2Api,
  KubeConfig,
  PatchStrategy,
  setHeaderOptions,
} from '@kubernetes/client-node';
import { HttpLoad } from '../../../workloads/load/http-load';
import { FRONTEND, NATS } from '../../../workloads/protocol/names';
import { Chromium, type OpenPage } from '../../support/chromium';
import { Lab } from '../support/lab';
import { chartLine, keepScreenshots, pageUrl, policyFaults, whenChart } from '../support/lab-page';
import { printMeasurements, secondsBetween } from '../support/measurements';

const BURST = 120;
const SIZE = { width: 1440, height: 1000 };
/** What a person asks for before the burst; the last of them wait in it. */
const PROMPTS = [
  'a cat that scales from zero',
  'nobody reads the queue depth but the autoscaler',
  'ten workers walk into a cluster',
  'a dog that waits for its pod',
  'a robot with zero replicas',
  'the burst is over and everybody sleeps',
];
/** Seconds and requests per second of the load on the page's web servers. */
const PAGE_LOAD = { seconds: 60, perSecond: 80 };

let lab: Lab;
let autoscaling: AutoscalingV2Api;
let chromium: Chromium;
let open: OpenPage;
let window: number | undefined;

beforeAll(async () => {
  lab = await Lab.open();
  const kubeconfig = new KubeConfig();
  kubeconfig.loadFromDefault();
  autoscaling = kubeconfig.makeApiClient(AutoscalingV2Api);
  const { spec } = await autoscaling.readNamespacedHorizontalPodAutoscaler(pageScaler());
  window = spec?.behavior?.scaleDown?.stabilizationWindowSeconds;
  chromium = await Chromium.start();
  open = await chromium.open(`${pageUrl()}#/scale`, SIZE);
}, 60_000);

afterAll(async () => {
  if (window !== undefined) await setScaleDownWindow(window);
  await chromium.stop();
  await lab.close();
});

test('under load the charts of worker and page go up, and come back', async () => {
  const { page } = open;
  await lab.idle(180);
  await setScaleDownWindow(15);
  await page.getByText('idle, on purpose').waitFor({ timeout: 30_000 });
  const started = Date.now();

  const pageLoad = loadPage();
  const person = await chromium.open(pageUrl(), SIZE);
  await person.page
    .getByLabel('Prompt')
    .fill(PROMPTS.map((text) => `${text}, ${started}`).join('\n'));
  await person.page.keyboard.press('Enter');
  const ids = await lab.burst(BURST);

  const queued = await whenChart(page, 'Queue', 'waiting', ({ highest }) => highest > 50, 20);
  const scaled = await whenChart(page, 'Worker replicas', 'ready', ({ now }) => now >= 3, 90);
  await page
    .getByText(/KEDA scaled worker from 0/)
    .first()
    .waitFor();
  const pagesUp = await whenChart(
    page,
    'Page replicas and CPU',
    'ready',
    ({ now }) => now > 1,
    120,
  );
  await keepScreenshots(page, 'scale');
  await keepScreenshots(person.page, 'make');
  const counts = await pageLoad;
  await lab.answers.forAll(ids, 240);
  await person.page.getByText(`${PROMPTS.length} done`).waitFor({ timeout: 120_000 });
  await person.context.close();
  const idle = await whenChart(page, 'Worker replicas', 'wanted', ({ now }) => now === 0, 180);
  const pagesDown = await whenChart(
    page,
    'Page replicas and CPU',
    'ready',
    ({ now }) => now === 1,
    180,
  );
  expect(counts).toMatchObject({ failed: 0, refused: 0 });
  expect(policyFaults(open.faults)).toEqual([]);
  const workers = await chartLine(page, 'Worker replicas', 'ready');
  const pages = await chartLine(page, 'Page replicas and CPU', 'ready');
  printMeasurements(
    `${BURST} memes and ${PAGE_LOAD.perSecond} pages a second, read from the page`,
    [
      ['queue shown', secondsBetween(started, queued)],
      ['three workers ready shown', secondsBetween(started, scaled)],
      ['most workers ready', String(workers.highest)],
      ['no worker wanted shown', secondsBetween(started, idle)],
      ['second web server ready shown', secondsBetween(started, pagesUp)],
      ['most web servers ready', String(pages.highest)],
      ['one web server again shown', secondsBetween(started, pagesDown)],
      ['pages served, slowest 1 %', `${counts.answered}, ${counts.p99Ms} ms`],
    ],
  );
}, 600_000);

test('NATS is killed: the page says that it is offline, and is back by itself', async () => {
  const { page } = open;
  await page.goto(`${pageUrl()}#/make`);
  await page.getByText('Online').waitFor();
  const killed = Date.now();

  await lab.core.deleteNamespacedPod({
    namespace: NATS.namespace,
    name: `${NATS.statefulSet}-0`,
    gracePeriodSeconds: 0,
  });

  await page.getByText(/^Offline for/).waitFor({ timeout: 30_000 });
  const said = Date.now();
  // what is asked for meanwhile waits, and is sent
  const prompt = `a cat that waits for its server, ${killed}`;
  await page.getByLabel('Prompt').fill(prompt);
  await page.keyboard.press('Enter');
  await page.getByText(/^Offline for/).waitFor({ state: 'detached', timeout: 60_000 });
  const back = Date.now();
  await page.getByAltText(`Meme: ${prompt}`).waitFor({ timeout: 90_000 });
  expect(policyFaults(open.faults)).toEqual([]);
  printMeasurements('NATS killed, as the page says it', [
    ['offline', secondsBetween(killed, said)],
    ['online again', secondsBetween(killed, back)],
    ['a meme that was asked for in between', secondsBetween(killed, Date.now())],
  ]);
}, 240_000);

async function loadPage() {
  const { seconds, perSecond } = PAGE_LOAD;
  const load = new HttpLoad({
    url: pageUrl(),
    profile: {
      name: 'pages',
      description: 'the same rate all the time',
      stages: [{ kind: 'linear', seconds, fromPerSecond: perSecond, toPerSecond: perSecond }],
      clients: 10,
      repeatShare: 0,
    },
  });
  await load.run(new AbortController().signal, () => undefined);
  return load.counts();
}

function pageScaler() {
  return { namespace: FRONTEND.namespace, name: FRONTEND.autoscaler };
}

/** @param seconds for which less must be enough before the page loses a web server */
async function setScaleDownWindow(seconds: number): Promise<void> {
  await autoscaling.patchNamespacedHorizontalPodAutoscaler(
    {
      ...pageScaler(),
      body: { spec: { behavior: { scaleDown: { stabilizationWindowSeconds: seconds } } } },
    },
    setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
  );
}
