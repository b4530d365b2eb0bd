import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { type LabConnection } from '../connection/lab-connection';
import { OfflineAlert } from '../connection/offline-alert';
import { useStore } from '../store';
import { MemeCard } from './meme-card';
import { isPending, type Meme } from './meme';
import { type MemeRequests } from './meme-requests';
import { RequestForm } from './request-form';

/** What the view works with. */
export interface MakeViewProps {
  readonly connection: LabConnection;
  readonly requests: MemeRequests;
}

/** Asks for memes and shows what became of them. */
export function MakeView({ connection, requests }: MakeViewProps) {
  const memes = useStore(requests.memes);
  const storageFault = useStore(requests.storageFault);
  return (
    <>
      <OfflineAlert connection={connection} />
      {storageFault && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          This browser does not keep the gallery: {storageFault}
        </Alert>
      )}
      <RequestForm requests={requests} />
      <Typography variant="h2" sx={{ mt: 3, mb: 1 }}>
        Gallery
      </Typography>
      <Typography role="status" color="text.secondary" sx={{ mb: 1.5 }}>
        {summaryOf(memes)}
      </Typography>
      <Box
        component="ul"
        aria-label="Memes"
        sx={{
          display: 'grid',
          gap: 2,
          gridTemplateColumns: 'repeat(auto-fill, minmax(min(260px, 100%), 1fr))',
          listStyle: 'none',
          m: 0,
          p: 0,
        }}
      >
        {memes.map((meme) => (
          <MemeCard
            key={meme.id}
            meme={meme}
            onRetry={() => requests.retry(meme.id)}
            onRemove={() => requests.remove(meme.id)}
          />
        ))}
      </Box>
    </>
  );
}

function summaryOf(memes: readonly Meme[]): string {
  if (memes.length === 0) return 'No memes yet: write a prompt and press Enter.';
  const count = (state: Meme['state']) => memes.filter((meme) => meme.state === state).length;
  const pending = memes.filter(isPending).length;
  const lost = count('failed') + count('timed-out');
  return [
    `${count('done')} done`,
    ...(pending > 0 ? [`${pending} on the way`] : []),
    ...(lost > 0 ? [`${lost} without a picture`] : []),
  ].join(', ');
}
