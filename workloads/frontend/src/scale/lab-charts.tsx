import Box from '@mui/material/Box';
import { useMemo } from 'react';
import { useStore } from '../store';
import { useNow } from '../use-now';
import { windowOf } from './history';
import { type LabFeed } from './lab-feed';
import { type ChartSeries, LiveChart } from './live-chart';

const CHARTS: readonly { readonly title: string; readonly series: readonly ChartSeries[] }[] = [
  {
    title: 'Queue',
    series: [
      { key: 'waiting', label: 'waiting', side: 'left' },
      { key: 'inWork', label: 'in work', side: 'left' },
    ],
  },
  {
    title: 'Worker replicas',
    series: [
      { key: 'workersReady', label: 'ready', side: 'left' },
      { key: 'workersWanted', label: 'wanted', side: 'left' },
    ],
  },
  {
    title: 'Page replicas and CPU',
    series: [
      { key: 'pagesReady', label: 'ready', side: 'left' },
      { key: 'pagesWanted', label: 'wanted', side: 'left' },
      { key: 'pageCpuPercent', label: 'CPU', unit: ' %', side: 'right' },
    ],
  },
  {
    title: 'Redis requests, set by the VPA',
    series: [
      { key: 'redisCpuMillis', label: 'CPU', unit: ' m', side: 'left' },
      { key: 'redisMemoryMebibytes', label: 'memory', unit: ' Mi', side: 'right' },
    ],
  },
];

/** What the autoscalers look at and what they do, over the last minutes. */
export function LabCharts({ feed }: { readonly feed: LabFeed }) {
  const history = useStore(feed.history);
  const now = useNow(1000);
  const samples = useMemo(() => windowOf(history, now), [history, now]);
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 2,
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' },
      }}
    >
      {CHARTS.map(({ title, series }) => (
        <LiveChart key={title} title={title} series={series} samples={samples} />
      ))}
    </Box>
  );
}
