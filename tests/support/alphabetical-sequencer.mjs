import Sequencer from '@jest/test-sequencer';

/** End-to-end tests share one lab, and the last of them takes it down: they run in the order of their names. */
export default class AlphabeticalSequencer extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}
