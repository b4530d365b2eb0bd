import Chip from '@mui/material/Chip';
import { useStore, type Store } from '../store';
import { type ConnectionState } from './lab-connection';

const LOOKS = {
  online: { label: 'Online', color: 'success' },
  connecting: { label: 'Connecting', color: 'default' },
  offline: { label: 'Offline', color: 'error' },
} as const;

/** Says whether NATS is reached. */
export function ConnectionChip({ state }: { readonly state: Store<ConnectionState> }) {
  const { status, reason } = useStore(state);
  const { label, color } = LOOKS[status];
  return (
    <Chip
      role="status"
      size="small"
      color={color}
      variant={status === 'online' ? 'outlined' : 'filled'}
      label={label}
      title={reason}
    />
  );
}
