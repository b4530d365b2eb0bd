import { useSyncExternalStore } from 'react';

/** The page's views, by the fragment of their address. */
export const VIEWS = ['make', 'scale'] as const;

/** One of {@link VIEWS}. */
export type View = (typeof VIEWS)[number];

/** The view that the address names; the first one where it names none. */
export function useView(): View {
  return useSyncExternalStore(followFragment, viewOfAddress);
}

function followFragment(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

function viewOfAddress(): View {
  const name = window.location.hash.slice(2);
  return VIEWS.find((view) => view === name) ?? VIEWS[0];
}
