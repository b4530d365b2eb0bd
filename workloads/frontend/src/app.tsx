import Alert from '@mui/material/Alert';
import AppBar from '@mui/material/AppBar';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Container from '@mui/material/Container';
import Toolbar from '@mui/material/Toolbar';
import Typography from '@mui/material/Typography';
import { lazy, Suspense } from 'react';
import { ColorSchemeButton } from './color-scheme-button';
import { ConnectionChip } from './connection/connection-chip';
import { type LabConnection } from './connection/lab-connection';
import { MakeView } from './make/make-view';
import { type MemeRequests } from './make/meme-requests';
import { useStore } from './store';
import { type View, VIEWS, useView } from './view';

// the charts come with it, and only who looks at them loads them
const ScaleView = lazy(async () => ({ default: (await import('./scale/scale-view')).ScaleView }));

/** Everything the page lives on. */
export interface AppProps {
  readonly connection: LabConnection;
  readonly requests: MemeRequests;
}

const TITLES: Readonly<Record<View, string>> = { make: 'Make', scale: 'Scale' };

/** The page: its bar, and one of its views. */
export function App({ connection, requests }: AppProps) {
  const view = useView();
  const refusal = useStore(connection.refusal);
  return (
    <>
      <AppBar position="sticky" color="default" elevation={0} component="header">
        <Toolbar sx={{ gap: { xs: 1, sm: 2 }, px: { xs: 1, sm: 2 } }}>
          <Typography variant="h1" sx={{ display: { xs: 'none', sm: 'block' } }}>
            Meme generator
          </Typography>
          <Box component="nav" aria-label="Views" sx={{ flexGrow: 1, display: 'flex', gap: 0.5 }}>
            {VIEWS.map((each) => (
              <Button
                key={each}
                href={`#/${each}`}
                color={each === view ? 'primary' : 'inherit'}
                aria-current={each === view ? 'page' : undefined}
                sx={{
                  borderBottom: 2,
                  borderRadius: 0,
                  borderColor: each === view ? 'primary.main' : 'transparent',
                }}
              >
                {TITLES[each]}
              </Button>
            ))}
          </Box>
          <ConnectionChip state={connection.state} />
          <ColorSchemeButton />
        </Toolbar>
      </AppBar>
      <Container
        component="main"
        maxWidth="xl"
        sx={{ py: { xs: 2, sm: 3 }, px: { xs: 1.5, sm: 3 } }}
      >
        {refusal && (
          <Alert severity="warning" sx={{ mb: 2 }}>
            NATS refused something: {refusal}
          </Alert>
        )}
        {view === 'make' ? (
          <MakeView connection={connection} requests={requests} />
        ) : (
          <Suspense fallback={<Typography role="status">Loading the charts</Typography>}>
            <ScaleView connection={connection} />
          </Suspense>
        )}
      </Container>
    </>
  );
}
