import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import LinearProgress from '@mui/material/LinearProgress';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { LOAD_TARGETS, type LoadRun, type LoadTarget } from '../../../protocol/load-request';
import { useStore } from '../store';
import { type LoadControl } from './load-control';
import { runText } from './load-text';

const TARGET_LABELS: Readonly<Record<LoadTarget, string>> = {
  memes: 'Memes',
  http: 'Pages',
  websocket: 'Browsers',
};

/** Buttons that put the lab under load, within what the load generator allows. */
export function LoadPanel({ control }: { readonly control: LoadControl }) {
  const state = useStore(control.state);
  const silence = useStore(control.silence);
  const refusal = useStore(control.refusal);
  const fault = silence ?? refusal;
  const [target, setTarget] = useState<LoadTarget>('memes');
  const running = state?.running ?? false;
  return (
    <Paper component="section" variant="outlined" aria-label="Load" sx={{ p: { xs: 1.5, sm: 2 } }}>
      <Stack
        direction="row"
        useFlexGap
        sx={{ flexWrap: 'wrap', gap: 1.5, mb: 1.5, alignItems: 'center' }}
      >
        <Typography variant="h2">Load</Typography>
        <ToggleButtonGroup
          exclusive
          size="small"
          aria-label="What takes the load"
          value={target}
          onChange={(_event, next: LoadTarget | null) => next && setTarget(next)}
        >
          {LOAD_TARGETS.map((each) => (
            <ToggleButton key={each} value={each}>
              {TARGET_LABELS[each]}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        {running && (
          <Button color="error" variant="contained" onClick={() => void control.stop()}>
            Stop
          </Button>
        )}
      </Stack>
      {fault !== undefined && (
        <Alert severity="warning" sx={{ mb: 1.5, overflowWrap: 'anywhere' }}>
          No load: {fault}.
        </Alert>
      )}
      {state === undefined && fault === undefined && (
        <Typography color="text.secondary">Asking the load generator</Typography>
      )}
      <Box
        sx={{
          display: 'grid',
          gap: 1,
          gridTemplateColumns: 'repeat(auto-fill, minmax(min(190px, 100%), 1fr))',
        }}
      >
        {state?.offers.map(({ name, description }) => (
          <Button
            key={name}
            variant="outlined"
            disabled={running}
            onClick={() => void control.start({ profile: name, target })}
            sx={{ flexDirection: 'column', alignItems: 'flex-start', textAlign: 'left' }}
          >
            <span>{name}</span>
            <Typography component="span" variant="body2" color="text.secondary">
              {description}
            </Typography>
          </Button>
        ))}
      </Box>
      {state?.run && <RunProgress run={state.run} />}
    </Paper>
  );
}

function RunProgress({ run }: { readonly run: LoadRun }) {
  const percent = run.planned === 0 ? 100 : Math.min(100, (100 * run.sent) / run.planned);
  const isOver = run.endedAt !== undefined;
  return (
    <Box sx={{ mt: 1.5 }}>
      {!isOver && (
        <LinearProgress
          variant="determinate"
          value={percent}
          aria-label={`Sent of ${run.profile}`}
          sx={{ height: 8, borderRadius: 4, mb: 1 }}
        />
      )}
      <Typography data-load={run.phase} sx={{ overflowWrap: 'anywhere' }}>
        {runText(run)}
      </Typography>
    </Box>
  );
}
