import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Page } from 'playwright-core';
import { type BrowserSession } from '../../../workloads/protocol/browser-session';

/** Where the lab's page is. */
export function pageUrl(): string {
  const { PAGE_URL } = process.env;
  if (PAGE_URL === undefined) {
    throw new Error('\'PAGE_URL\' is not set: run this with "npm run test:e2e"');
  }
  return PAGE_URL;
}

/** Who the page's tab is. */
export async function sessionOf(page: Page): Promise<BrowserSession> {
  const kept = await page.evaluate<string>("sessionStorage.getItem('meme-session')");
  return JSON.parse(kept) as BrowserSession;
}

/** What the page knows of somebody: a console that complains about its policy. */
export function policyFaults(faults: readonly string[]): string[] {
  return faults.filter((fault) => /Content[- ]Security[- ]Policy/i.test(fault));
}

/** The values of one line of a chart, as they are read aloud. */
export interface ChartLine {
  readonly now: number;
  readonly highest: number;
}

/** Reads a line of a chart: what it says to who does not see it. */
export async function chartLine(page: Page, title: string, line: string): Promise<ChartLine> {
  const chart = page.getByRole('img', { name: new RegExp(`^${title}\\.`) });
  const words = (await chart.getAttribute('aria-label')) ?? '';
  const match = new RegExp(`[.;] ${line}: now (\\S+?)(?: %)?, highest (\\S+?)(?: %)?(?:;|$)`).exec(
    words,
  );
  if (!match) throw new Error(`chart "${title}" has no line "${line}": ${words}`);
  return { now: Number(match[1]), highest: Number(match[2]) };
}

/** Waits until a line of a chart is as wanted; the moment at which it was. */
export async function whenChart(
  page: Page,
  title: string,
  line: string,
  holds: (values: ChartLine) => boolean,
  timeoutSeconds: number,
): Promise<number> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const values = await chartLine(page, title, line);
    if (holds(values)) return Date.now();
    if (Date.now() > deadline) {
      throw new Error(
        `"${line}" of chart "${title}" not seen within ${timeoutSeconds} s; now ${values.now}, ` +
          `highest ${values.highest}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/**
 * Keeps a picture of the page where `PAGE_SCREENSHOTS` names a folder, light and dark; without it a
 * test leaves nothing behind.
 */
export async function keepScreenshots(page: Page, name: string): Promise<void> {
  const folder = process.env.PAGE_SCREENSHOTS;
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    // the charts are painted anew
    await new Promise((resolve) => setTimeout(resolve, 500));
    await page.screenshot({ path: join(folder, `page-${name}-${colorScheme}.png`) });
  }
}
