import Alert from '@mui/material/Alert';
import CssBaseline from '@mui/material/CssBaseline';
import { ThemeProvider } from '@mui/material/styles';
import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { sessionInbox } from '../../protocol/browser-session';
import { App } from './app';
import { natsUrl } from './config';
import { LabConnection } from './connection/lab-connection';
import { Gallery } from './make/gallery';
import { MemeRequests } from './make/meme-requests';
import { openSession } from './session';
import { theme } from './theme';

function show(content: ReactNode): void {
  createRoot(document.getElementById('page') as HTMLElement).render(
    <StrictMode>
      <ThemeProvider theme={theme} noSsr>
        <CssBaseline />
        {content}
      </ThemeProvider>
    </StrictMode>,
  );
}

async function start(): Promise<void> {
  const session = openSession(window.sessionStorage);
  const inbox = await sessionInbox(session);
  const connection = new LabConnection(natsUrl(window.location), session, inbox);
  const requests = new MemeRequests(connection, session);
  void requests.open(() => Gallery.open());
  void connection.open();
  show(<App connection={connection} requests={requests} />);
}

start().catch((error: Error) => show(<Alert severity="error">{error.message}</Alert>));
