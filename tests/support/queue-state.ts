import { type QueueState } from '../../workloads/protocol/lab-state';

/** A queue that can be read. */
export const queueOf = (pending: number, inFlight = 0): QueueState => ({
  known: true,
  pending,
  inFlight,
  redelivered: 0,
  streamMessages: pending + inFlight,
});
