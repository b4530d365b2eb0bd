import { median } from 'simple-statistics';
import { Chromium } from '../support/chromium';

/** How a page came into a browser that had never seen it. */
export interface PageLoad {
  /** From the address to a form that takes text; median of the loads. */
  readonly formMs: number;
  readonly fastestMs: number;
  readonly slowestMs: number;
  /** Requests before the form took text. */
  readonly requests: number;
  /** Bytes of their answers with headers, as they went over the wire. */
  readonly bytes: number;
}

const MARK = 'first-form';

/**
 * Loads a page some times, each with nothing kept from before.
 *
 * @param loads how often
 */
export async function loadPage(url: string, loads: number): Promise<PageLoad> {
  const chromium = await Chromium.start();
  try {
    const all: Omit<PageLoad, 'fastestMs' | 'slowestMs'>[] = [];
    for (let load = 0; load < loads; load++) all.push(await loadOnce(chromium, url));
    const times = all.map(({ formMs }) => formMs);
    return {
      formMs: median(times),
      fastestMs: Math.min(...times),
      slowestMs: Math.max(...times),
      requests: Math.max(...all.map(({ requests }) => requests)),
      bytes: Math.max(...all.map(({ bytes }) => bytes)),
    };
  } finally {
    await chromium.stop();
  }
}

async function loadOnce(
  chromium: Chromium,
  url: string,
): Promise<Omit<PageLoad, 'fastestMs' | 'slowestMs'>> {
  const { page, context } = await chromium.open('about:blank');
  try {
    // by the browser's own clock, from the start of the navigation
    await page.addInitScript(`{
      const see = () => {
        const field = document.querySelector('textarea:not([readonly]):not([disabled])');
        if (field === null) return requestAnimationFrame(see);
        performance.mark('${MARK}');
      };
      requestAnimationFrame(see);
    }`);
    await page.goto(url);
    await page.waitForFunction(`performance.getEntriesByName('${MARK}').length > 0`);
    return await page.evaluate<Omit<PageLoad, 'fastestMs' | 'slowestMs'>>(`(() => {
      const formMs = performance.getEntriesByName('${MARK}')[0].startTime;
      const entries = [
        ...performance.getEntriesByType('navigation'),
        ...performance.getEntriesByType('resource'),
      ].filter(({ startTime }) => startTime < formMs);
      const bytes = entries.reduce((sum, { transferSize }) => sum + transferSize, 0);
      return { formMs, requests: entries.length, bytes };
    })()`);
  } finally {
    await context.close();
  }
}
