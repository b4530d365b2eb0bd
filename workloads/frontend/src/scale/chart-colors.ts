import { useColorScheme } from '@mui/material/styles';

/** Colours of the charts, which are painted and so know no style sheet. */
export interface ChartColors {
  /** By the order of the series. */
  readonly series: readonly [string, string, string];
  readonly text: string;
  readonly grid: string;
}

const LIGHT: ChartColors = {
  series: ['#0b6e4f', '#b4430e', '#5a3fc0'],
  text: '#3c4641',
  grid: 'rgba(0, 0, 0, 0.09)',
};

const DARK: ChartColors = {
  series: ['#5fd3a6', '#ffab70', '#b9a7ff'],
  text: '#c9d3ce',
  grid: 'rgba(255, 255, 255, 0.11)',
};

/** The colours for what the person, or the system, has chosen. */
export function useChartColors(): ChartColors {
  const { mode, systemMode } = useColorScheme();
  return (mode === 'system' ? systemMode : mode) === 'dark' ? DARK : LIGHT;
}
