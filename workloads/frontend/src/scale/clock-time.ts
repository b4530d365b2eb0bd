const CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

/**
 * A moment as hours, minutes and seconds of this browser's time zone.
 *
 * @param time milliseconds since 1970
 */
export function clockTime(time: number): string {
  return CLOCK.format(time);
}
