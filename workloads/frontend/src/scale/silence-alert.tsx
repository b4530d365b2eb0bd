import Alert from '@mui/material/Alert';
import { type LabConnection } from '../connection/lab-connection';
import { useStore } from '../store';
import { useNow } from '../use-now';
import { clockTime } from './clock-time';
import { SILENT_AFTER_MS } from './history';
import { type LabFeed } from './lab-feed';

/** What tells whether the page knows anything. */
export interface SilenceAlertProps {
  readonly connection: LabConnection;
  readonly feed: LabFeed;
}

/** Says that the observer is silent, and how old that makes the view. */
export function SilenceAlert({ connection, feed }: SilenceAlertProps) {
  const latest = useStore(feed.latest);
  const fault = useStore(feed.fault);
  const { status, since } = useStore(connection.state);
  const now = useNow(1000);
  if (status !== 'online') return null;
  const silentMs = now - Math.max(latest?.at ?? 0, since);
  if (fault === undefined && silentMs < SILENT_AFTER_MS) return null;
  return (
    <Alert severity="warning" sx={{ mb: 2, fontSize: '1rem' }}>
      {/* a reader of the screen is told once, not every second */}
      No state of the lab<span aria-hidden> for {Math.round(silentMs / 1000)} s</span>
      {fault ? `: ${fault}` : ': the observer is silent'}.{' '}
      {latest
        ? `What is shown is from ${clockTime(latest.at)}.`
        : 'There is nothing to show until it speaks.'}
    </Alert>
  );
}
