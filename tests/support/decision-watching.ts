import { type WatchedKind, type WatchedKinds } from '../../workloads/observer/cluster-watch';
import { DecisionWatch } from '../../workloads/observer/decision-watch';
import { Timeline } from '../../workloads/observer/timeline';
import { type Decision } from '../../workloads/protocol/lab-state';
import { queueOf } from './queue-state';

/** A watch over fixed objects, with a queue that can be changed. */
export function watching(objects: Partial<{ [K in WatchedKind]: WatchedKinds[K][] }>, pending = 0) {
  const state = { queue: queueOf(pending) };
  const timeline = new Timeline(() => undefined);
  const startedAt = Date.now() - 10_000;
  const watch = new DecisionWatch({
    objects: <K extends WatchedKind>(kind: K) => (objects[kind] ?? []) as WatchedKinds[K][],
    queue: () => state.queue,
    timeline,
    startedAt,
  });
  return { watch, startedAt, state, decisions: (): Decision[] => timeline.all(Date.now()) };
}
