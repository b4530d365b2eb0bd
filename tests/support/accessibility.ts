import { source } from 'axe-core';
import { type Page } from 'playwright-core';

/** What axe calls serious or critical on the page as it is now, each with the elements. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(source);
  // the type of the result would need the browser's own types here
  const found = (await page.evaluate('axe.run()')) as {
    violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join(' | ')}`,
    );
}
