import { readFile } from 'node:fs/promises';
import { type RunRecord } from './run-record';
import { summaryRows, type Summary } from './summary';

const MODE_COLOURS = {
  queue: '#1f77b4',
  kpi: '#2ca02c',
  cpu: '#ff7f0e',
  conflict: '#d62728',
} as const satisfies Record<RunRecord['mode'], string>;

const CHARTS = [
  { field: 'wanted', title: 'Replicas wanted' },
  { field: 'ready', title: 'Pods that take requests' },
  { field: 'lag', title: 'Requests waiting or in work' },
] as const;

/**
 * The report as one HTML file: it holds its data, its style and its chart library, so it opens
 * without a network and can be mailed.
 */
export async function htmlReport(summary: Summary, runs: readonly RunRecord[]): Promise<string> {
  const [library, style] = await Promise.all([
    readFile(require.resolve('uplot/dist/uPlot.iife.min.js'), 'utf8'),
    readFile(require.resolve('uplot/dist/uPlot.min.css'), 'utf8'),
  ]);
  const { setup } = summary;
  const title = `Autoscaling experiment: ${setup.profile}, ${setup.modes.join(', ')}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 2rem auto; padding: 0 1rem; color: #222; }
table { border-collapse: collapse; } th, td { border: 1px solid #ccc; padding: 0.3rem 0.6rem; text-align: left; }
.loud { border-left: 6px solid #d62728; padding: 0.5rem 1rem; background: #fdecea; }
.scroll { overflow-x: auto; }
</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p>${setup.repeats} runs of each mode; each cell is the median and the range. A mode is compared with the first
one: where the ranges overlap, or a mode has a single run, the difference is inside the noise.</p>
${frozenNotes(summary)}
<div class="scroll">${table(summaryRows(summary))}</div>
<h2>Over time</h2>
<p>One line for each run; the load starts at 0.</p>
${CHARTS.map(({ field, title: heading }) => `<h3>${heading}</h3><div id="${field}"></div>`).join('\n')}
<h2>Set-up</h2>
<div class="scroll">${table(setupRows(summary))}</div>
<script>${library}</script>
<script>
const charts = ${json(CHARTS.map(({ field }) => ({ field, series: seriesOf(runs, field) })))};
const width = () => Math.min(1060, document.body.clientWidth - 20);
for (const { field, series } of charts) {
  const data = uPlot.join(series.map(({ times, values }) => [times, values]));
  const stepped = uPlot.paths.stepped({ align: 1 });
  const chart = new uPlot({
    width: width(), height: 260,
    scales: { x: { time: false } },
    axes: [{ label: 'seconds' }, {}],
    series: [{ label: 's' }, ...series.map(({ label, stroke }) =>
      ({ label, stroke, width: 1.5, paths: stepped, spanGaps: true, points: { show: false } }))],
  }, data, document.getElementById(field));
  addEventListener('resize', () => chart.setSize({ width: width(), height: 260 }));
}
</script>
</body>
</html>
`;
}

/** What a run's autoscalers said of themselves must not hide in a table. */
function frozenNotes({ modes }: Summary): string {
  return modes
    .flatMap(({ mode, spread: { frozenAt, stuckSeconds } }) =>
      frozenAt.min === null || frozenAt.max === null
        ? []
        : [
            `<p class="loud"><strong>${mode}</strong>: the autoscalers froze the worker at ` +
              `${rangeText(frozenAt.min, frozenAt.max)} replicas and could not scale for ` +
              `${Math.round(stuckSeconds.median ?? 0)} seconds of a run, because several of them select the same pods. ` +
              'Kubernetes says so in a condition of the autoscalers (AmbiguousSelector) and lets it be.</p>',
          ],
    )
    .join('\n');
}

function rangeText(min: number, max: number): string {
  return min === max ? String(min) : `${min} to ${max}`;
}

function setupRows({ setup, needed }: Summary): string[][] {
  return [
    ['what', 'value'],
    ['command', setup.command],
    ['program', setup.commit],
    [
      'machine',
      `${setup.machine.cpus} x ${setup.machine.model}, ${setup.machine.memoryGiB} GiB of memory`,
    ],
    ['kubernetes', setup.kubernetes],
    ['replicas that the load needs', String(needed)],
    ['objective', `an answer within ${setup.sloSeconds} s`],
    ...Object.entries(setup.settings).map(([name, value]) => [name, String(value)]),
  ];
}

function seriesOf(runs: readonly RunRecord[], field: (typeof CHARTS)[number]['field']) {
  return runs.map(({ mode, repeat, samples }) => ({
    label: `${mode} ${repeat}`,
    stroke: MODE_COLOURS[mode],
    times: samples.map(({ t }) => Math.round(t * 10) / 10),
    values: samples.map((sample) =>
      field === 'lag' ? sample.pending + sample.inFlight : sample[field],
    ),
  }));
}

function table([head, ...rows]: readonly (readonly string[])[]): string {
  const cells = (tag: string, row: readonly string[] = []) =>
    `<tr>${row.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join('')}</tr>`;
  return `<table>${cells('th', head)}${rows.map((row) => cells('td', row)).join('')}</table>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** JSON that no text in it can end the script with. */
function json(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
