import Box from '@mui/material/Box';
import Chip from '@mui/material/Chip';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { type AutoscalerState } from '../../../protocol/lab-state';
import { autoscalerText } from './autoscaler-text';

const COLORS = {
  idle: 'default',
  active: 'success',
  limited: 'warning',
  frozen: 'error',
  failing: 'error',
  unknown: 'default',
} as const;

/** Every autoscaler with how it is and what it looks at. */
export function AutoscalerList({
  autoscalers,
}: {
  readonly autoscalers: readonly AutoscalerState[];
}) {
  return (
    <Paper
      component="section"
      variant="outlined"
      aria-label="Autoscalers"
      sx={{ p: { xs: 1.5, sm: 2 } }}
    >
      <Typography variant="h2" sx={{ mb: 1 }}>
        Autoscalers
      </Typography>
      {autoscalers.length === 0 && (
        <Typography color="text.secondary">The observer sees none.</Typography>
      )}
      <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
        {autoscalers.map((autoscaler) => (
          <Box
            component="li"
            key={`${autoscaler.kind}/${autoscaler.namespace}/${autoscaler.name}`}
            sx={{ py: 0.75, borderTop: 1, borderColor: 'divider' }}
          >
            <Stack
              direction="row"
              useFlexGap
              sx={{ gap: 1, flexWrap: 'wrap', alignItems: 'center' }}
            >
              <Typography sx={{ fontWeight: 650, overflowWrap: 'anywhere' }}>
                {autoscaler.name}
              </Typography>
              <Chip size="small" color={COLORS[autoscaler.status]} label={autoscaler.status} />
              <Typography variant="body2" color="text.secondary">
                {autoscaler.kind}
              </Typography>
            </Stack>
            <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
              {autoscalerText(autoscaler)}
            </Typography>
          </Box>
        ))}
      </Box>
    </Paper>
  );
}
