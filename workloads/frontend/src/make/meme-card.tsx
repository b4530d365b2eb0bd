import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Card from '@mui/material/Card';
import CardActions from '@mui/material/CardActions';
import CardContent from '@mui/material/CardContent';
import Chip from '@mui/material/Chip';
import LinearProgress from '@mui/material/LinearProgress';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useEffect, useState } from 'react';
import { isPending, type Meme } from './meme';
import { describeMeme, fileName, STATE_LABELS } from './status-text';

/** A meme and what may be done with it. */
export interface MemeCardProps {
  readonly meme: Meme;
  readonly onRetry: () => void;
  readonly onRemove: () => void;
}

const COLORS = {
  sending: 'default',
  queued: 'info',
  making: 'secondary',
  done: 'success',
  failed: 'error',
  'timed-out': 'warning',
} as const;

/** A long prompt would make all cards of its row as long. */
const CLAMPED = {
  display: '-webkit-box',
  WebkitBoxOrient: 'vertical',
  WebkitLineClamp: 3,
  overflow: 'hidden',
} as const;

/** One request: its picture, or how far it is. */
export function MemeCard({ meme, onRetry, onRemove }: MemeCardProps) {
  const url = useObjectUrl(meme.picture);
  const { state, prompt } = meme;
  const isLost = state === 'failed' || state === 'timed-out';
  return (
    <Card
      component="li"
      variant="outlined"
      data-state={state}
      sx={{ display: 'flex', flexDirection: 'column' }}
    >
      <Box
        sx={{ aspectRatio: '1', bgcolor: 'action.hover', display: 'grid', placeItems: 'center' }}
      >
        {url ? (
          <Box
            component="img"
            src={url}
            alt={`Meme: ${prompt}`}
            sx={{ width: '100%', height: '100%', objectFit: 'contain' }}
          />
        ) : (
          <Typography
            color="text.secondary"
            sx={{ p: 2, textAlign: 'center', overflowWrap: 'anywhere' }}
          >
            {meme.error ?? STATE_LABELS[state]}
          </Typography>
        )}
      </Box>
      {isPending(meme) && (
        <LinearProgress
          aria-label={`Progress of ${prompt}`}
          variant={state === 'making' ? 'indeterminate' : 'determinate'}
          value={state === 'sending' ? 5 : 25}
        />
      )}
      <CardContent sx={{ flexGrow: 1, pb: 1 }}>
        <Typography title={prompt} sx={{ ...CLAMPED, overflowWrap: 'anywhere', mb: 1 }}>
          {prompt}
        </Typography>
        <Stack direction="row" useFlexGap sx={{ flexWrap: 'wrap', gap: 0.75 }}>
          <Chip size="small" color={COLORS[state]} label={STATE_LABELS[state]} />
          {meme.cached !== undefined && (
            <Chip size="small" variant="outlined" label={meme.cached ? 'Cached' : 'Made now'} />
          )}
        </Stack>
        <Typography
          variant="body2"
          color="text.secondary"
          sx={{ mt: 0.75, overflowWrap: 'anywhere' }}
        >
          {describeMeme(meme)}
        </Typography>
      </CardContent>
      <CardActions>
        {url && (
          <Button
            size="small"
            href={url}
            download={fileName(meme)}
            aria-label={`Download ${prompt}`}
          >
            Download
          </Button>
        )}
        {isLost && (
          <Button size="small" onClick={onRetry} aria-label={`Retry ${prompt}`}>
            Retry
          </Button>
        )}
        <Button size="small" color="inherit" onClick={onRemove} aria-label={`Remove ${prompt}`}>
          Remove
        </Button>
      </CardActions>
    </Card>
  );
}

function useObjectUrl(blob: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (blob === undefined) return setUrl(undefined);
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}
