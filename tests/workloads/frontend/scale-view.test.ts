import { type NatsConnection } from 'nats';
import { type Page } from 'playwright-core';
import { LoadService } from '../../../workloads/load/load-service';
import { prepareLoad } from '../../../workloads/load/prepared-load';
import { createLogger } from '../../../workloads/process/logger';
import { LOAD_SUBJECTS, loadReplySchema } from '../../../workloads/protocol/load-request';
import { LAB_STATE_SUBJECTS, type LabState } from '../../../workloads/protocol/lab-state';
import { accessibilityFaults } from '../../support/accessibility';
import { Chromium, type OpenPage } from '../../support/chromium';
import { labStateOf, scaledObjectOf, workerOf } from '../../support/lab-states';
import { eventually } from '../../support/meme-lab';
import { PageLab } from '../../support/page-lab';

jest.setTimeout(120_000);

let lab: PageLab;
let chromium: Chromium;
let observer: NatsConnection;
let open: OpenPage;
let page: Page;

beforeAll(async () => {
  lab = await PageLab.start();
  chromium = await Chromium.start();
  observer = await lab.nats.connect('observer');
  open = await chromium.open(`${lab.page.url}/#/scale`);
  ({ page } = open);
});

afterAll(async () => {
  await chromium.stop();
  await lab.stop();
});

/** Publishes what an observer would, until the page says it. */
async function told(fields: Partial<LabState>, words: string | RegExp): Promise<void> {
  const shown = page.getByText(words).first();
  for (let attempt = 0; ; attempt++) {
    observer.publish(LAB_STATE_SUBJECTS.state, JSON.stringify(labStateOf(fields)));
    if (
      await shown.waitFor({ timeout: 1000 }).then(
        () => true,
        () => attempt === 10,
      )
    )
      break;
  }
  await shown.waitFor({ timeout: 1000 });
}

function decisionOf(why: string): LabState['decisions'][number] {
  return {
    id: why,
    time: Date.now(),
    namespace: 'meme-generator',
    target: { kind: 'Deployment', name: 'worker' },
    quantity: 'replicas',
    from: 0,
    to: 6,
    why,
  };
}

const alerts = () => page.getByRole('alert').allInnerTexts();
const chart = (title: string) => page.getByRole('img', { name: new RegExp(`^${title}\\.`) });

test('without observer and load generator the page says so', async () => {
  await page.getByText('the load generator does not answer').waitFor({ timeout: 30_000 });
  await page.getByText('No state of the lab').waitFor({ timeout: 30_000 });
  expect((await alerts()).join()).toContain('There is nothing to show until it speaks.');
});

test('replicas, queue, pods and decisions are shown as they come and go', async () => {
  const decision = decisionOf('KEDA scaled worker from 0 to 6: 30 requests wait');
  const queue = {
    known: true,
    pending: 30,
    inFlight: 12,
    redelivered: 0,
    streamMessages: 42,
  } as const;

  await told(
    { workloads: [workerOf(6, { ready: 4 })], queue, decisions: [decision] },
    /KEDA scaled/,
  );

  expect(
    await page.getByRole('list', { name: 'Pods of worker' }).getByRole('listitem').count(),
  ).toBe(6);
  await told({ workloads: [workerOf(0)] }, '0 of 0 ready');
  await expect(chart('Worker replicas').getAttribute('aria-label')).resolves.toBe(
    'Worker replicas. ready: now 0, highest 4; wanted: now 0, highest 6',
  );
  await expect(chart('Queue').getAttribute('aria-label')).resolves.toBe(
    'Queue. waiting: now 0, highest 30; in work: now 0, highest 12',
  );
  await page.getByText('idle, on purpose').waitFor();
  // those that are gone are seen going for a moment
  const pods = page.getByRole('list', { name: 'Pods of worker' }).getByRole('listitem');
  await pods.first().waitFor({ state: 'detached' });
});

test('pods that stay are left as they are, state after state', async () => {
  await told({ workloads: [workerOf(3)] }, '3 of 3 ready');
  // what flickers for one commit is back before anybody could look
  await page.evaluate(`{
    window.restyled = 0;
    new MutationObserver((changes) => (window.restyled += changes.length)).observe(
      document.querySelector('[aria-label="Pods of worker"]'),
      { subtree: true, attributeFilter: ['class'] },
    );
  }`);

  await told({ workloads: [workerOf(3)], decisions: [decisionOf('another why')] }, 'another why');

  await expect(page.evaluate('window.restyled')).resolves.toBe(0);
});

test('a frozen autoscaler is an alert, and no more once it has thawed', async () => {
  const frozen = { status: 'frozen', reason: 'AmbiguousSelector' } as const;

  await told({ autoscalers: [scaledObjectOf(frozen)] }, 'ScaledObject worker is frozen');

  expect((await alerts()).join()).toContain('AmbiguousSelector');
  await told({ sequence: 2 }, 'idle, on purpose');
  await page.getByText('ScaledObject worker is frozen').waitFor({ state: 'detached' });
});

test('a load generator that was not heard, or not understood, is believed once it is', async () => {
  const load = await lab.nats.connect('load');
  const says = (body: object) => load.publish(LOAD_SUBJECTS.state, JSON.stringify(body));
  const offers = [{ name: 'single', description: 'one request', requests: 1, seconds: 0 }];
  const [resting, running] = [false, true].map((is) => ({ time: 1, running: is, offers }));
  const unheard = page.getByText('the load generator does not answer');
  const unread = page.getByText('the load generator says what this page cannot read');
  await unheard.waitFor({ timeout: 30_000 });

  says(resting);
  await unheard.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: /^single/ }).click();
  await unheard.waitFor();
  says(running);
  await page.getByRole('button', { name: 'Stop' }).waitFor();
  await unheard.waitFor({ state: 'detached', timeout: 2000 });
  says({ running: 'perhaps' });
  await unread.waitFor();
  says(running);
  await unread.waitFor({ state: 'detached', timeout: 2000 });
  says(resting);
  await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
});

describe('with a load generator', () => {
  let connection: NatsConnection;
  let service: LoadService;

  beforeAll(async () => {
    await lab.startWorker({ LOCAL_GENERATOR_SECONDS: '0' });
    connection = await lab.nats.connect('load');
    const config = {
      natsUrl: lab.nats.server.url,
      frontendUrl: lab.page.url,
      drainSeconds: 60,
      ...loadCredentials(),
    };
    service = new LoadService({
      connection,
      limits: { maxRequests: 1000, maxSeconds: 300 },
      log: createLogger({ name: 'load', level: 'silent' }),
      prepare: (order, runId) => prepareLoad(order, runId, config),
    });
    await service.start();
  });

  afterAll(() => service.close());

  test('a profile within its limits is a button that starts it, with its end in words', async () => {
    const button = page.getByRole('button', { name: /^single/ });
    await button.click({ timeout: 30_000 });

    await page.getByText(/^single is done\. 1 of 1 sent; 1 answered/).waitFor({ timeout: 30_000 });
    await expect(page.getByRole('button', { name: /six-thousand/ }).count()).resolves.toBe(0);
  });

  test('a load that the generator refuses says why', async () => {
    await page.getByRole('button', { name: 'Pages' }).click();
    await page.getByRole('button', { name: /^single/ }).click();

    await page.getByText(/profile "single" is one burst; for pages take one that lasts/).waitFor();
  });

  test('a load of browsers goes through the page itself', async () => {
    const operator = await lab.nats.connect('operator');
    await page.getByRole('button', { name: 'Browsers' }).click();
    await page.getByRole('button', { name: /^single/ }).click();

    await eventually('the end of a load on "websocket"', 30_000, async () => {
      const reply = await operator.request(LOAD_SUBJECTS.get, '', { timeout: 5000 });
      const { running, run } = loadReplySchema.parse(reply.json()).state;
      return !running && run?.target === 'websocket' && run.answered === 1;
    });
  });
});

test.each(['light', 'dark'] as const)('axe finds nothing serious, %s', async (colorScheme) => {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await told({ workloads: [workerOf(3)] }, '3 of 3 ready');

  await expect(accessibilityFaults(page)).resolves.toEqual([]);
});

test('nothing scrolls sideways at 360 px, and the policy let everything through', async () => {
  await page.setViewportSize({ width: 360, height: 740 });

  const width = await page.evaluate('document.documentElement.scrollWidth');

  expect(width).toBe(360);
  expect(open.faults).toEqual([]);
});

function loadCredentials(): { user: string; password: string } {
  const { NATS_USER, NATS_PASSWORD } = lab.nats.secrets.credentials('load');
  return { user: NATS_USER, password: NATS_PASSWORD };
}
