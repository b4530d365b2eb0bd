import Button from '@mui/material/Button';
import { useColorScheme } from '@mui/material/styles';

const NEXT = { system: 'light', light: 'dark', dark: 'system' } as const;
const NAMES = { system: 'Auto', light: 'Light', dark: 'Dark' } as const;

/** Goes from the system's colours to light, to dark, and back. */
export function ColorSchemeButton() {
  const { mode = 'system', setMode } = useColorScheme();
  return (
    <Button
      size="small"
      color="inherit"
      aria-label={`Colours: ${NAMES[mode]}, change to ${NAMES[NEXT[mode]]}`}
      onClick={() => setMode(NEXT[mode])}
    >
      {NAMES[mode]}
    </Button>
  );
}
