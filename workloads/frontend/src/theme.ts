import { createTheme } from '@mui/material/styles';

/** Light and dark, by the system's choice until the person makes one. */
export const theme = createTheme({
  cssVariables: { colorSchemeSelector: 'data-color-scheme' },
  colorSchemes: {
    light: {
      palette: {
        primary: { main: '#0b6e4f' },
        secondary: { main: '#7a3e9d' },
        background: { default: '#f6f7f5' },
      },
    },
    dark: {
      palette: {
        primary: { main: '#5fd3a6' },
        secondary: { main: '#d6a5f0' },
        background: { default: '#101513', paper: '#18201d' },
      },
    },
  },
  shape: { borderRadius: 10 },
  typography: {
    // the system's own: nothing to load, and known to be readable there
    fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
    h1: { fontSize: '1.25rem', fontWeight: 700 },
    h2: { fontSize: '1.15rem', fontWeight: 650 },
    h3: { fontSize: '1rem', fontWeight: 650 },
    button: { textTransform: 'none', fontWeight: 600 },
  },
  components: {
    MuiCssBaseline: {
      styleOverrides: {
        '@media (prefers-reduced-motion: reduce)': {
          '*, *::before, *::after': { transition: 'none !important' },
        },
      },
    },
  },
});
