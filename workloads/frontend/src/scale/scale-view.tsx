import Typography from '@mui/material/Typography';
import { type LabConnection } from '../connection/lab-connection';
import { OfflineAlert } from '../connection/offline-alert';

/** The autoscalers at work. */
export function ScaleView({ connection }: { readonly connection: LabConnection }) {
  return (
    <>
      <OfflineAlert connection={connection} />
      <Typography>TODO</Typography>
    </>
  );
}
