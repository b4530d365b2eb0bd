import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { type ChartColors, useChartColors } from './chart-colors';
import { clockTime } from './clock-time';
import { type Sample, type SampleKey } from './sample';

/** One line of a chart. */
export interface ChartSeries {
  readonly key: SampleKey;
  readonly label: string;
  /** Written behind a value, for example ` %`. */
  readonly unit?: string;
  /** Side of its axis. */
  readonly side: 'left' | 'right';
}

/** What a chart shows. */
export interface ChartProps {
  readonly title: string;
  readonly series: readonly ChartSeries[];
  /** From the beginning of the chart to its end. */
  readonly samples: readonly Sample[];
}

const HEIGHT_PX = 200;
const MIN_TOP = 4;
const DASHES = [[], [7, 4], [2, 3]];
const FONT = '13px system-ui, sans-serif';
const STEPS = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000, 10_000];

/** Lines that move with the time, and the same in words for who does not see them. */
export function LiveChart({ title, series, samples }: ChartProps) {
  const colors = useChartColors();
  return (
    <Paper component="figure" variant="outlined" sx={{ m: 0, p: { xs: 1.5, sm: 2 }, minWidth: 0 }}>
      <Typography component="figcaption" variant="h3">
        {title}
      </Typography>
      <Stack
        direction="row"
        useFlexGap
        aria-hidden
        sx={{ flexWrap: 'wrap', columnGap: 2.5, mb: 0.5, minHeight: 48 }}
      >
        {series.map(({ key, label, unit = '' }, index) => (
          <Stack key={key} direction="row" sx={{ gap: 1, alignItems: 'baseline' }}>
            <Typography
              component="span"
              sx={{
                fontSize: { xs: '1.6rem', md: '1.9rem' },
                fontWeight: 700,
                fontVariantNumeric: 'tabular-nums',
                color: colors.series[index],
              }}
            >
              {valueWords(samples.at(-1)?.[key], unit)}
            </Typography>
            <Typography component="span" color="text.secondary">
              {label}
            </Typography>
          </Stack>
        ))}
      </Stack>
      <Plot
        series={series}
        samples={samples}
        colors={colors}
        label={describe(title, series, samples)}
      />
    </Paper>
  );
}

interface PlotProps extends Omit<ChartProps, 'title'> {
  readonly colors: ChartColors;
  readonly label: string;
}

function Plot({ series, samples, colors, label }: PlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const data = useMemo(() => dataOf(series, samples), [series, samples]);
  const firstData = useRef(data);
  firstData.current = data;
  useEffect(() => {
    const element = host.current as HTMLDivElement;
    const made = new uPlot(
      optionsOf(series, colors, element.clientWidth),
      firstData.current,
      element,
    );
    plot.current = made;
    const resizes = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: HEIGHT_PX }),
    );
    resizes.observe(element);
    return () => {
      resizes.disconnect();
      made.destroy();
    };
  }, [series, colors]);
  useEffect(() => plot.current?.setData(data), [data]);
  return (
    <Box ref={host} role="img" aria-label={label} sx={{ height: HEIGHT_PX, overflow: 'hidden' }} />
  );
}

function dataOf(series: readonly ChartSeries[], samples: readonly Sample[]): uPlot.AlignedData {
  const times = samples.map(({ time }) => time / 1000);
  // null makes a gap in the line
  return [times, ...series.map(({ key }) => samples.map((sample) => sample[key] ?? null))];
}

function optionsOf(
  series: readonly ChartSeries[],
  { series: lines, text, grid }: ChartColors,
  width: number,
): uPlot.Options {
  const axis = {
    stroke: text,
    font: FONT,
    grid: { stroke: grid, width: 1 },
    ticks: { show: false },
  };
  const valueAxis = (side: ChartSeries['side']): uPlot.Axis => ({
    ...axis,
    scale: side,
    side: side === 'left' ? 3 : 1,
    incrs: STEPS,
    size: 52,
    values: (_plot, values) => {
      const unit = series.find((each) => each.side === side)?.unit ?? '';
      return values.map((value) => `${value}${unit}`);
    },
    ...(side === 'right' && { grid: { show: false } }),
  });
  const sides = (['left', 'right'] as const).filter((side) =>
    series.some((each) => each.side === side),
  );
  // with more room above it, a line of the right side does not lie on one of the left
  const scaleOf = (side: ChartSeries['side']): uPlot.Scale => ({
    range: (_plot, _min, max) => [
      0,
      Math.max(MIN_TOP, Math.ceil((max ?? 0) * (side === 'left' ? 1.1 : 1.4))),
    ],
  });
  return {
    width,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, sides.includes('right') ? 0 : 12, 0, 0],
    scales: {
      x: { time: true },
      ...Object.fromEntries(sides.map((side) => [side, scaleOf(side)])),
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 90,
        size: 30,
        values: (_plot, values) => values.map((value) => clockTime(value * 1000)),
      },
      ...sides.map(valueAxis),
    ],
    series: [
      {},
      ...series.map(({ label, side }, index): uPlot.Series => ({
        label,
        scale: side,
        stroke: lines[index],
        width: 2.5,
        // told apart without colours too
        dash: DASHES[index],
        points: { show: false },
        paths: uPlot.paths.stepped?.({ align: 1 }),
      })),
    ],
  };
}

function describe(
  title: string,
  series: readonly ChartSeries[],
  samples: readonly Sample[],
): string {
  const lines = series.map(({ key, label, unit = '' }) => {
    const known = samples.flatMap((sample) => sample[key] ?? []);
    const highest = known.length === 0 ? undefined : Math.max(...known);
    const now = valueWords(samples.at(-1)?.[key], unit);
    return `${label}: now ${now}, highest ${valueWords(highest, unit)}`;
  });
  return `${title}. ${lines.join('; ')}`;
}

function valueWords(value: number | undefined, unit: string): string {
  return value === undefined ? 'unknown' : `${Math.round(value)}${unit}`;
}
