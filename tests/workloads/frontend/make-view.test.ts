import { type Page, type WebSocketRoute } from 'playwright-core';
import { Chromium } from '../../support/chromium';
import { PageLab } from '../../support/page-lab';

jest.setTimeout(120_000);

let lab: PageLab;
let chromium: Chromium;

beforeAll(async () => {
  lab = await PageLab.start();
  chromium = await Chromium.start();
});

afterAll(async () => {
  await chromium.stop();
  await lab.stop();
});

async function ask(page: Page, prompt: string): Promise<void> {
  await page.getByLabel('Prompt').fill(prompt);
  await page.getByRole('button', { name: 'Make', exact: true }).click();
}

const card = (page: Page, prompt: string) => page.getByRole('listitem').filter({ hasText: prompt });

/** How long a page waits for the confirmation of a request, and a little more. */
const CONFIRMATION_MS = 6000;

/** Opens the page with a WebSocket that swallows what JetStream confirms, until it is released. */
async function openUnconfirmed() {
  const open = await chromium.open(lab.page.url);
  const sockets: WebSocketRoute[] = [];
  let isHeld = true;
  await open.page.routeWebSocket(/^ws/, (socket) => {
    sockets.push(socket);
    const server = socket.connectToServer();
    server.onMessage((frame) => {
      if (!isHeld || !frame.toString().includes('"stream":')) socket.send(frame);
    });
  });
  await open.page.reload();
  await open.page.getByText('Online').waitFor();
  const release = () => (isHeld = false);
  return { ...open, release, drop: () => sockets.at(-1)?.close({ code: 1001 }) };
}

describe('with a worker', () => {
  beforeAll(async () => {
    await lab.startWorker({ LOCAL_GENERATOR_SECONDS: '2', DENY_WORDS: 'grumpy' });
  });
  afterAll(() => lab.killWorkers());

  test('a meme is made, shown, kept over a reload, and nothing is refused by the policy', async () => {
    const { page, context, faults } = await chromium.open(lab.page.url);
    await ask(page, 'a cat in a real browser');
    await card(page, 'a cat in a real browser')
      .getByText('Being made', { exact: true })
      .first()
      .waitFor();

    const picture = page.getByAltText('Meme: a cat in a real browser');
    await picture.waitFor({ timeout: 30_000 });
    const width = await picture.evaluate(
      (image) => (image as unknown as { naturalWidth: number }).naturalWidth,
    );
    expect(width).toBeGreaterThanOrEqual(512);
    const text = await card(page, 'a cat in a real browser').innerText();
    expect(text).toContain('Made now');
    expect(text).toContain('by worker-');

    await page.reload();
    await page.getByAltText('Meme: a cat in a real browser').waitFor({ timeout: 10_000 });
    expect(faults).toEqual([]);
    await context.close();
  });

  test('a confirmation that never comes does not take the place of an answer', async () => {
    const { page, context } = await openUnconfirmed();
    await ask(page, 'a grumpy cat');
    const answer = card(page, 'a grumpy cat').getByText('which is not allowed here');
    await answer.waitFor({ timeout: 4000 });

    await page.waitForTimeout(CONFIRMATION_MS);

    expect(await answer.count()).toBe(1);
    expect(await page.getByText('not accepted yet').count()).toBe(0);
    await context.close();
  });
});

test('a confirmation that was lost with its connection says nothing about the request sent again', async () => {
  const { page, context, release, drop } = await openUnconfirmed();
  await ask(page, 'a cat that is sent again');
  await page.locator('[data-state=sending]').waitFor();
  release();
  await drop();
  await page.locator('[data-state=queued]').waitFor({ timeout: 4500 });

  await page.waitForTimeout(CONFIRMATION_MS);

  expect(await page.locator('[data-state=queued]').count()).toBe(1);
  expect(await page.getByText('not accepted yet').count()).toBe(0);
  await context.close();
});

test('a meme that is asked for before the gallery is open stays, with those kept before', async () => {
  const { page, context } = await chromium.open(lab.page.url);
  await page.close();
  const slow = await context.newPage();
  // the page's own opening waits until this upgrade is over
  await slow.addInitScript(`{
    const deleting = indexedDB.deleteDatabase('meme-generator');
    const opening = indexedDB.open('meme-generator', 1);
    opening.onupgradeneeded = () => {
      const store = opening.result.createObjectStore('memes', { keyPath: 'id' });
      store.put({
        id: 'kept', prompt: 'a cat of yesterday', session: '', createdAt: 1, sentAt: 1,
        state: 'failed', attempts: [],
      });
      const wait = () => (store.get('kept').onsuccess = () => window.isReleased || wait());
      wait();
    };
    opening.onsuccess = () => opening.result.close();
  }`);
  await slow.goto(lab.page.url);
  await ask(slow, 'an early cat');
  await slow.locator('[data-state=queued]').waitFor();
  await slow.evaluate('window.isReleased = true');

  await card(slow, 'a cat of yesterday').waitFor();
  expect(await slow.locator('li[data-state]').allInnerTexts()).toEqual([
    expect.stringContaining('an early cat'),
    expect.stringContaining('a cat of yesterday'),
  ]);
  const next = await context.newPage();
  await next.goto(lab.page.url);
  await card(next, 'a cat of yesterday').waitFor();
  await card(next, 'an early cat').waitFor({ timeout: 5000 });
  await context.close();
});

test('what the browser takes back after it was written is said', async () => {
  const { page, context } = await chromium.open(lab.page.url);
  // as where the commit finds no room: Chromium lets memes as small as these through any quota
  await page.evaluate(`{
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (...values) {
      const request = put.apply(this, values);
      request.addEventListener('success', () => this.transaction.abort());
      return request;
    };
  }`);

  await ask(page, 'a cat without a place');

  await page
    .getByText('This browser does not keep the gallery: the browser took the change back')
    .waitFor({ timeout: 10_000 });
  await context.close();
});

test('what a tab that was closed a moment ago waited for is given up by the next one in time', async () => {
  const { page, context } = await chromium.open(lab.page.url);
  await ask(page, 'a cat that nobody waits for');
  await page.locator('[data-state=queued]').waitFor();
  await page.close();
  const next = await context.newPage();
  await next.clock.install();
  await next.goto(lab.page.url);
  await next.getByText('1 on the way').waitFor();

  await next.clock.fastForward('02:01');

  await card(next, 'a cat that nobody waits for')
    .getByText('the page was closed before the answer came')
    .waitFor();
  expect(await next.getByText('1 without a picture').count()).toBe(1);
  expect(await next.getByText('on the way').count()).toBe(0);
  await context.close();
});
