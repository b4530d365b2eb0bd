import Stack from '@mui/material/Stack';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { type LabConnection } from '../connection/lab-connection';
import { OfflineAlert } from '../connection/offline-alert';
import { useStore } from '../store';
import { AutoscalerList } from './autoscaler-list';
import { DecisionList } from './decision-list';
import { LabCharts } from './lab-charts';
import { LabFeed } from './lab-feed';
import { LoadControl } from './load-control';
import { LoadPanel } from './load-panel';
import { PodGrid } from './pod-grid';
import { SilenceAlert } from './silence-alert';
import { ProblemAlerts } from './problem-alerts';

interface Sources {
  readonly feed: LabFeed;
  readonly load: LoadControl;
}

/** From the first look on they go on while another view is shown, so that the charts have no hole. */
const sources = new WeakMap<LabConnection, Sources>();

function sourcesOf(connection: LabConnection): Sources {
  const known = sources.get(connection);
  if (known !== undefined) return known;
  const made = { feed: new LabFeed(connection), load: new LoadControl(connection) };
  sources.set(connection, made);
  return made;
}

/** The autoscalers at work: what they look at, what they decide, and what comes of it. */
export function ScaleView({ connection }: { readonly connection: LabConnection }) {
  const { feed, load } = sourcesOf(connection);
  const latest = useStore(feed.latest);
  const decisions = useStore(feed.decisions);
  return (
    <>
      <OfflineAlert connection={connection} />
      <SilenceAlert connection={connection} feed={feed} />
      {latest && <ProblemAlerts state={latest.state} />}
      <Box
        sx={{
          display: 'grid',
          gap: 2,
          alignItems: 'start',
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 2fr) minmax(0, 1fr)' },
        }}
      >
        <Stack sx={{ gap: 2, minWidth: 0 }}>
          <LabCharts feed={feed} />
          {latest && <PodGrid workloads={latest.state.workloads} />}
        </Stack>
        <Stack sx={{ gap: 2, minWidth: 0 }}>
          <LoadPanel control={load} />
          <DecisionList decisions={decisions} />
          {latest && <AutoscalerList autoscalers={latest.state.autoscalers} />}
        </Stack>
      </Box>
      {!latest && (
        <Typography role="status" color="text.secondary" sx={{ mt: 2 }}>
          Waiting for the state of the lab
        </Typography>
      )}
    </>
  );
}
