/** Ends a run with one plain line, `N passed, N failed`, that any CI system can read. */
module.exports = class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const failed =
      results.numFailedTests + results.testResults.filter((file) => file.testExecError).length;
    process.stdout.write(`${results.numPassedTests} passed, ${failed} failed\n`);
  }
};
