import { htmlReport } from './report';
import { type ResultFolder } from './result-folder';
import { type RunRecord } from './run-record';
import { summaryMarkdown, type Summary } from './summary';

/**
 * Writes what the runs of an experiment come to beside them: `summary.json`, `summary.md` and
 * `report.html`.
 *
 * @returns the path of the report
 */
export async function writeSummary(
  folder: ResultFolder,
  summary: Summary,
  runs: readonly RunRecord[],
): Promise<string> {
  await folder.writeReport('summary.json', `${JSON.stringify(summary, null, 2)}\n`);
  await folder.writeReport('summary.md', summaryMarkdown(summary));
  return folder.writeReport('report.html', await htmlReport(summary, runs));
}
