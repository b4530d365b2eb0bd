import Alert from '@mui/material/Alert';
import { useStore } from '../store';
import { useNow } from '../use-now';
import { type LabConnection } from './lab-connection';

/** Says that what is shown is old, and what becomes of what is asked for meanwhile. */
export function OfflineAlert({ connection }: { readonly connection: LabConnection }) {
  const { status, since, reason } = useStore(connection.state);
  const now = useNow(1000);
  if (status !== 'offline') return null;
  const seconds = Math.max(0, Math.round((now - since) / 1000));
  return (
    <Alert severity="error" sx={{ mb: 2 }}>
      {/* a reader of the screen is told once, not every second */}
      Offline<span aria-hidden> for {seconds} s</span>
      {reason ? `: ${reason}` : ''}. The page goes on trying; what you ask for now is sent when the
      connection is back.
    </Alert>
  );
}
