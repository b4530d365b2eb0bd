import { type Page } from 'playwright-core';
import { sessionInbox } from '../../../workloads/protocol/browser-session';
import { accessibilityFaults } from '../../support/accessibility';
import { Chromium } from '../../support/chromium';
import { refusals } from '../support/browser-nats';
import { pageUrl, sessionOf } from '../support/lab-page';
import { printMeasurements, secondsBetween } from '../support/measurements';

const ANSWER_MS = 60_000;

jest.setTimeout(180_000);

let chromium: Chromium;

beforeAll(async () => {
  chromium = await Chromium.start();
});

afterAll(() => chromium.stop());

/** A prompt that no cache knows. */
const promptOf = (text: string) => `${text}, ${Date.now()}`;

const picture = (page: Page, prompt: string) => page.getByAltText(`Meme: ${prompt}`);

test('a meme is made by keyboard alone, and kept over a reload', async () => {
  const { page, context, faults } = await chromium.open(pageUrl());
  const prompt = promptOf('a cat that needs no mouse');
  await page.getByLabel('Prompt').waitFor();
  const asked = Date.now();

  // the prompt has the focus when the page opens
  await page.keyboard.type(prompt);
  await page.keyboard.press('Enter');

  await picture(page, prompt).waitFor({ timeout: ANSWER_MS });
  printMeasurements('A meme in the page', [['answer', secondsBetween(asked, Date.now())]]);
  const card = page.getByRole('listitem').filter({ hasText: prompt });
  await expect(card.innerText()).resolves.toMatch(/by worker-/);
  // from the prompt over the form to the card: every stop is reached in order
  await tabTo(page, `Download ${prompt}`);
  const download = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  expect((await download).suggestedFilename()).toMatch(
    /^a-cat-that-needs-no-mouse.*\.(jpg|png|webp)$/,
  );
  await page.reload();
  await picture(page, prompt).waitFor({ timeout: 10_000 });
  expect(faults).toEqual([]);
  await context.close();
});

test("two browsers do not see each other's pictures, whatever they ask the server for", async () => {
  const [one, other] = [await chromium.open(pageUrl()), await chromium.open(pageUrl())];
  const prompt = promptOf('a cat for one pair of eyes');
  const inbox = await sessionInbox(await sessionOf(one.page));
  await one.page.getByLabel('Prompt').fill(prompt);
  await one.page.keyboard.press('Enter');
  await picture(one.page, prompt).waitFor({ timeout: ANSWER_MS });

  await expect(picture(other.page, prompt).count()).resolves.toBe(0);
  const stranger = await sessionOf(other.page);
  const own = await sessionInbox(stranger);
  const attempts = {
    subscriptions: [`${inbox}.>`, '_INBOX.>', '>', 'meme.request', 'meme.response', '$JS.API.>'],
    publications: [
      'meme.response',
      '$JS.API.STREAM.PURGE.MEMES',
      '$JS.API.STREAM.LIST',
      'lab.state',
      `${inbox}.a`,
    ],
  };
  const { subscriptions, publications } = attempts;
  const refused = await refusals(other.page, stranger, [
    ...subscriptions.map((subject, index) => `SUB ${subject} ${index + 1}`),
    ...publications.map((subject) => `PUB ${subject} 0\r\n`),
    // what it may do, so that the others are not refused for another reason
    `SUB ${own}.> 90`,
    'SUB lab.state 91',
    'PUB lab.state.get 0\r\n',
  ]);

  expect(refused).toEqual([
    ...subscriptions.map((subject) => `Permissions Violation for Subscription to "${subject}"`),
    ...publications.map((subject) => `Permissions Violation for Publish to "${subject}"`),
  ]);
  await Promise.all([one.context.close(), other.context.close()]);
});

test.each(['make', 'scale'])('view %s fits 360 px, and axe finds nothing serious', async (view) => {
  const size = { width: 360, height: 740 };
  const { page, context, faults } = await chromium.open(`${pageUrl()}#/${view}`, size);
  await page.getByText('Online').waitFor();
  if (view === 'scale') await page.getByRole('heading', { name: 'redis' }).waitFor();

  await expect(page.evaluate('document.documentElement.scrollWidth')).resolves.toBe(360);

  for (const colorScheme of ['light', 'dark'] as const) {
    // without transitions, so that no colour is half way to another
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-color-scheme="${colorScheme}"]`).waitFor();
    await expect(accessibilityFaults(page)).resolves.toEqual([]);
  }
  expect(faults).toEqual([]);
  await context.close();
});

/** Presses Tab until what has the focus is called so. */
async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = [];
  for (let press = 0; press < 40; press++) {
    await page.keyboard.press('Tab');
    const label = await page.evaluate<string>(
      "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent",
    );
    if (label === name) return;
    passed.push(label);
  }
  throw new Error(`"${name}" is not reached by Tab; passed: ${passed.join(', ')}`);
}
