import { Duration } from 'cdk8s';
import { type Bounds, requireInteger, requireNumber } from './bounds';

/**
 * A duration as the whole seconds that Kubernetes and KEDA take.
 *
 * @param field the property's name as its user wrote it
 * @throws where it is not a whole number of seconds within the bounds
 */
export function wholeSeconds(field: string, duration: Duration, bounds: Bounds): number {
  const seconds = duration.toSeconds({ integral: false });
  requireInteger(field, seconds, bounds);
  return seconds;
}

/**
 * The duration that a plain property gives in seconds.
 *
 * @param field the property's name as its user wrote it
 * @throws naming the field where the number is negative, which cdk8s would refuse without a name
 */
export function durationOfSeconds(field: string, seconds: number): Duration {
  requireNumber(field, seconds, { min: 0, hint: 'give a time in seconds' });
  return Duration.seconds(seconds);
}
