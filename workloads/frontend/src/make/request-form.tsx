import Button from '@mui/material/Button';
import FormControlLabel from '@mui/material/FormControlLabel';
import MenuItem from '@mui/material/MenuItem';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Switch from '@mui/material/Switch';
import TextField from '@mui/material/TextField';
import { type KeyboardEvent, useState } from 'react';
import { MAX_PROMPT_LENGTH } from '../../../protocol/request';
import { MAX_PENDING, type MemeRequests } from './meme-requests';
import { requestOptionsOf } from './request-options';

const TAKES = [1, 2, 5, 10, 20] as const;

/** The form that asks for memes. */
export function RequestForm({ requests }: { readonly requests: MemeRequests }) {
  const [text, setText] = useState('');
  const [takes, setTakes] = useState<number>(TAKES[0]);
  const [fastMode, setFastMode] = useState(false);
  const [smallImage, setSmallImage] = useState(false);
  const [fault, setFault] = useState<string>();

  const submit = () => {
    const requested = requestOptionsOf(text, { takes, fastMode, smallImage });
    const found = faultOf(requested, requests.room);
    setFault(found);
    if (found !== undefined) return;
    requests.make(requested);
    setText('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };

  return (
    <Paper
      component="form"
      aria-label="Make memes"
      variant="outlined"
      sx={{ p: { xs: 1.5, sm: 2 } }}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <TextField
        label="Prompt"
        multiline
        fullWidth
        autoFocus
        maxRows={6}
        value={text}
        error={fault !== undefined}
        helperText={fault ?? 'Enter sends, Shift+Enter begins another line; each line is a meme'}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <Stack
        direction="row"
        useFlexGap
        sx={{ mt: 1.5, flexWrap: 'wrap', gap: 1.5, alignItems: 'center' }}
      >
        <FormControlLabel
          control={<Switch checked={fastMode} onChange={(_event, on) => setFastMode(on)} />}
          label="Fast mode"
        />
        <FormControlLabel
          control={<Switch checked={smallImage} onChange={(_event, on) => setSmallImage(on)} />}
          label="Small image"
        />
        <TextField
          select
          size="small"
          label="Takes"
          value={takes}
          onChange={(event) => setTakes(Number(event.target.value))}
          sx={{ minWidth: 90 }}
        >
          {TAKES.map((count) => (
            <MenuItem key={count} value={count}>
              {count}
            </MenuItem>
          ))}
        </TextField>
        <Button
          type="submit"
          variant="contained"
          size="large"
          sx={{ ml: { sm: 'auto' }, width: { xs: '100%', sm: 'auto' } }}
        >
          Make
        </Button>
      </Stack>
    </Paper>
  );
}

function faultOf(requested: readonly { prompt: string }[], room: number): string | undefined {
  if (requested.length === 0) return 'Write what the meme is about';
  const long = requested.find(({ prompt }) => prompt.length > MAX_PROMPT_LENGTH);
  if (long) {
    return `A prompt has ${long.prompt.length} characters; at most ${MAX_PROMPT_LENGTH} are allowed`;
  }
  if (requested.length <= room) return undefined;
  return `${requested.length} memes asked for, and ${room} of ${MAX_PENDING} places are free; wait for some, or ask for fewer`;
}
