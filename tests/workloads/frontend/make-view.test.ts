import { type Page } from 'playwright-core';
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

describe('with a worker', () => {
  beforeAll(async () => {
    await lab.startWorker({ LOCAL_GENERATOR_SECONDS: '2' });
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
