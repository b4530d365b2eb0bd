import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core';

/** A page in a browser of its own, with everything that went wrong in it. */
export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of scripts, refused styles and scripts, and other errors of the console. */
  readonly faults: readonly string[];
}

/** Debian's Chromium without a window. */
export class Chromium {
  private constructor(private readonly browser: Browser) {}

  static async start(): Promise<Chromium> {
    return new Chromium(
      await chromium.launch({
        executablePath: '/usr/bin/chromium',
        // root has no sandbox, and what is opened is this project's own page
        args: ['--no-sandbox', '--disable-gpu'],
      }),
    );
  }

  /**
   * Opens an address as somebody new: nothing is kept from the pages before.
   *
   * @param size of the window; a usual one where it is left out
   */
  async open(url: string, size = { width: 1280, height: 800 }): Promise<OpenPage> {
    const context = await this.browser.newContext({ viewport: size, acceptDownloads: true });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    await page.goto(url);
    return { page, context, faults };
  }

  async stop(): Promise<void> {
    await this.browser.close();
  }
}
