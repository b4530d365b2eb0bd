import Sequencer from '@jest/test-sequencer';

/**
 * Files that leave the worker alone, by the file that they run before. That one needs a worker at rest, and the one
 * before it leaves a busy worker: the cooldown passes while these run.
 */
const DURING_COOLDOWN = {
  'e2e/provider/readiness.test.ts': 'e2e/lab/03-node-recovery.test.ts',
  'e2e/provider/custom-resources.test.ts': 'e2e/lab/monitoring.test.ts',
  'e2e/provider/failures.test.ts': 'e2e/lab/observer.test.ts',
  'e2e/provider/objects.test.ts': 'e2e/page/02-scale.test.ts',
};

/** Where a file belongs: by its own name, or right before another. */
function place(path) {
  const [file, next] = Object.entries(DURING_COOLDOWN).find(([each]) => path.endsWith(each)) ?? [];
  // a space sorts before every character of a name
  return next === undefined ? path : `${path.slice(0, -file.length)}${next.slice(0, -1)} `;
}

/** End-to-end tests share one lab, and the last of them takes it down: they run in a fixed order. */
export default class LabSequencer extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => (place(a.path) < place(b.path) ? -1 : 1));
  }
}
