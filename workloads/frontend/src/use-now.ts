import { useEffect, useState } from 'react';

/**
 * The present time, again at every interval.
 *
 * @param intervalMs how often the component renders anew
 * @returns milliseconds since 1970
 */
export function useNow(intervalMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), intervalMs);
    return () => clearInterval(timer);
  }, [intervalMs]);
  return now;
}
