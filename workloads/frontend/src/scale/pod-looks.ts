import { type PodState } from '../../../protocol/lab-state';

/** How a pod is shown. */
export interface PodLook {
  readonly word: 'ready' | 'starting' | 'going' | 'broken';
  /** Tells the kinds apart without colours. */
  readonly sign: string;
  readonly color: 'success' | 'info' | 'warning' | 'error';
}

const READY: PodLook = { word: 'ready', sign: '✓', color: 'success' };
const STARTING: PodLook = { word: 'starting', sign: '…', color: 'info' };
const GOING: PodLook = { word: 'going', sign: '↓', color: 'warning' };
const BROKEN: PodLook = { word: 'broken', sign: '!', color: 'error' };

/** What starts and has no reason yet is not broken. */
const STARTING_REASONS: readonly string[] = ['ContainerCreating', 'PodInitializing'];

/** How a pod is shown: a word, a sign and a colour. */
export function podLook({ phase, ready, reason }: PodState): PodLook {
  if (phase === 'Terminating' || phase === 'Succeeded') return GOING;
  if (ready) return READY;
  const isFault = reason !== undefined && !STARTING_REASONS.includes(reason);
  return isFault || phase === 'Failed' ? BROKEN : STARTING;
}
