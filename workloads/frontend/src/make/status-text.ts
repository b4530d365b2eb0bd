import { type Meme, type MemeState } from './meme';

/** What a state is called on the page. */
export const STATE_LABELS: Readonly<Record<MemeState, string>> = {
  sending: 'Sending',
  queued: 'Queued',
  making: 'Being made',
  done: 'Done',
  failed: 'Failed',
  'timed-out': 'Timed out',
};

/** Who made a meme and how long it took, as far as it is known. */
export function describeMeme({ worker, queuedMs, generationMs }: Meme): string {
  return [
    ...(worker ? [`by ${worker}`] : []),
    ...(queuedMs === undefined ? [] : [`waited ${seconds(queuedMs)}`]),
    ...(generationMs === undefined ? [] : [`took ${seconds(generationMs)}`]),
  ].join(', ');
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
};

/** A file name made of the prompt, safe on every system. */
export function fileName({ prompt, id, picture }: Meme): string {
  const words = prompt.toLowerCase().match(/[a-z0-9]+/g) ?? ['meme'];
  const extension = EXTENSIONS[picture?.type ?? ''] ?? 'img';
  return `${words.join('-').slice(0, 40)}-${id.slice(0, 6)}.${extension}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
