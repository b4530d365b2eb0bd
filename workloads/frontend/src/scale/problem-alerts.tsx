import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import { type LabState } from '../../../protocol/lab-state';
import { problemsOf } from './problems';

/** Says loud what does not scale, or cannot start. */
export function ProblemAlerts({ state }: { readonly state: LabState }) {
  return problemsOf(state).map(({ key, severity, title, text }) => (
    <Alert
      key={key}
      severity={severity}
      variant={severity === 'error' ? 'filled' : 'standard'}
      sx={{ mb: 2, fontSize: '1rem', overflowWrap: 'anywhere' }}
    >
      <AlertTitle sx={{ fontSize: '1.2rem', fontWeight: 700 }}>{title}</AlertTitle>
      {text}
    </Alert>
  ));
}
