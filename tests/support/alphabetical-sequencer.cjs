const { default: Sequencer } = require('@jest/test-sequencer');

/** End-to-end tests share one lab, and the last of them takes it down: they run in the order of their names. */
module.exports = class AlphabeticalSequencer extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => (a.path < b.path ? -1 : 1));
  }
};
