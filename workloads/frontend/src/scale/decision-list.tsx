import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { type Decision } from '../../../protocol/lab-state';
import { clockTime } from './clock-time';

/** The decisions of the last hour in words, the newest first. */
export function DecisionList({ decisions }: { readonly decisions: readonly Decision[] }) {
  return (
    <Paper
      component="section"
      variant="outlined"
      aria-labelledby="decisions"
      sx={{ p: { xs: 1.5, sm: 2 } }}
    >
      <Typography id="decisions" variant="h2" sx={{ mb: 1 }}>
        Decisions
      </Typography>
      {decisions.length === 0 ? (
        <Typography color="text.secondary">
          Nothing was scaled in the last hour. Start a load, or make some memes.
        </Typography>
      ) : (
        <Box
          component="ol"
          aria-labelledby="decisions"
          // a list that scrolls is reached by the keyboard too
          tabIndex={0}
          sx={{ m: 0, p: 0, listStyle: 'none', maxHeight: 420, overflowY: 'auto' }}
        >
          {decisions.map(({ id, time, why }) => (
            <Box
              component="li"
              key={id}
              sx={{ display: 'flex', gap: 1.5, py: 0.75, borderTop: 1, borderColor: 'divider' }}
            >
              <Typography
                component="time"
                color="text.secondary"
                sx={{ fontVariantNumeric: 'tabular-nums', flexShrink: 0 }}
              >
                {clockTime(time)}
              </Typography>
              <Typography sx={{ overflowWrap: 'anywhere', minWidth: 0 }}>{why}</Typography>
            </Box>
          ))}
        </Box>
      )}
    </Paper>
  );
}
