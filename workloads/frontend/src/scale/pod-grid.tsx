import Box from '@mui/material/Box';
import Chip from '@mui/material/Chip';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import { keyframes } from '@mui/material/styles';
import Typography from '@mui/material/Typography';
import { type PodState, type WorkloadState } from '../../../protocol/lab-state';
import { FRONTEND, WORKER } from '../../../protocol/names';
import { podLook } from './pod-looks';
import { useLeaving } from './use-leaving';

const GOES_MS = 600;
const appear = keyframes({ from: { opacity: 0, transform: 'scale(0.6)' } });
const leave = keyframes({ to: { opacity: 0, transform: 'scale(0.6)' } });
const FIRST: readonly string[] = [WORKER.deployment, FRONTEND.deployment];

const STATUS_CHIPS = {
  idle: { label: 'idle, on purpose', color: 'default' },
  ok: { label: 'ok', color: 'success' },
  scaling: { label: 'scaling', color: 'info' },
  broken: { label: 'broken', color: 'error' },
} as const;

/** The pods of every workload; those that scale come first. */
export function PodGrid({ workloads }: { readonly workloads: readonly WorkloadState[] }) {
  const rank = ({ name }: WorkloadState) =>
    (FIRST.indexOf(name) + FIRST.length + 1) % (FIRST.length + 1);
  const sorted = [...workloads].sort((one, other) => rank(one) - rank(other));
  return (
    <Paper component="section" variant="outlined" aria-label="Pods" sx={{ p: { xs: 1.5, sm: 2 } }}>
      <Typography variant="h2" sx={{ mb: 1.5 }}>
        Pods
      </Typography>
      <Box
        sx={{
          display: 'grid',
          gap: 2,
          gridTemplateColumns: 'repeat(auto-fill, minmax(min(220px, 100%), 1fr))',
        }}
      >
        {sorted.map((workload) => (
          <WorkloadPods
            key={`${workload.kind}/${workload.namespace}/${workload.name}`}
            workload={workload}
          />
        ))}
      </Box>
    </Paper>
  );
}

function WorkloadPods({ workload }: { readonly workload: WorkloadState }) {
  const { name, wanted, ready, status, pods, unlistedPods } = workload;
  const shown = useLeaving(pods, GOES_MS);
  const { label, color } = STATUS_CHIPS[status];
  return (
    <Box sx={{ gridColumn: name === WORKER.deployment ? '1 / -1' : undefined, minWidth: 0 }}>
      <Stack
        direction="row"
        useFlexGap
        sx={{ gap: 1, mb: 0.75, alignItems: 'center', flexWrap: 'wrap' }}
      >
        <Typography variant="h3">{name}</Typography>
        <Typography color="text.secondary">
          {ready} of {wanted} ready
        </Typography>
        <Chip size="small" color={color} variant="outlined" label={label} />
      </Stack>
      <Stack
        component="ul"
        aria-label={`Pods of ${name}`}
        direction="row"
        useFlexGap
        sx={{ flexWrap: 'wrap', gap: 1, m: 0, p: 0, listStyle: 'none', minHeight: 56 }}
      >
        {shown.map(({ item, isGone }) => (
          <PodTile key={item.name} pod={item} isGone={isGone} />
        ))}
        {unlistedPods > 0 && (
          <Typography component="li" color="text.secondary" sx={{ alignSelf: 'center' }}>
            and {unlistedPods} more
          </Typography>
        )}
      </Stack>
    </Box>
  );
}

function PodTile({ pod, isGone }: { readonly pod: PodState; readonly isGone: boolean }) {
  const look = podLook(pod);
  const words = [pod.name, look.word, pod.reason, pod.message].filter(Boolean).join(', ');
  return (
    <Box
      component="li"
      title={words}
      data-pod={look.word}
      sx={{
        width: 64,
        height: 56,
        display: 'grid',
        placeContent: 'center',
        textAlign: 'center',
        borderRadius: '10px',
        border: 2,
        borderStyle: look.word === 'ready' ? 'solid' : 'dashed',
        borderColor: `${look.color}.main`,
        bgcolor: look.word === 'ready' ? `${look.color}.main` : 'transparent',
        color: look.word === 'ready' ? `${look.color}.contrastText` : 'text.primary',
        animation: isGone ? `${leave} ${GOES_MS}ms ease-in forwards` : `${appear} 300ms ease-out`,
        '@media (prefers-reduced-motion: reduce)': { animation: 'none' },
      }}
    >
      <Box
        component="span"
        aria-hidden
        sx={{ fontSize: '1.1rem', fontWeight: 700, lineHeight: 1.2 }}
      >
        {look.sign}
      </Box>
      <Box component="span" aria-hidden sx={{ fontSize: '0.75rem' }}>
        {pod.name.slice(-5)}
      </Box>
      <Box
        component="span"
        sx={{
          position: 'absolute',
          width: '1px',
          height: '1px',
          overflow: 'hidden',
          clipPath: 'inset(50%)',
        }}
      >
        {words}
      </Box>
    </Box>
  );
}
