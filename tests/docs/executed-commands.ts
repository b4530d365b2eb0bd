/** A command of the documentation, and the test that runs it. */
export interface ExecutedCommand {
  readonly command: RegExp;
  /** Path below the repository's root. */
  readonly test: string;
  /** What in that test runs it. */
  readonly evidence: string;
}

/** Commands that a test runs, in the form that it needs; whoever changes the test sees this one fail. */
export const EXECUTED: readonly ExecutedCommand[] = [
  {
    command: /^npm ci$/,
    test: '.ci/run',
    evidence: 'npm ci',
  },
  {
    command: /^npm test$/,
    test: '.ci/run',
    evidence: 'npm test',
  },
  {
    command: /^npm run test:e2e$/,
    test: '.ci/run',
    evidence: 'npm run test:e2e',
  },
  {
    command: /^npm run up$/,
    test: 'tests/e2e/teardown/lifecycle.test.ts',
    evidence: "labCommand('up')",
  },
  {
    command: /^npm run rotate-secrets$/,
    test: 'tests/cli/commands/without-cluster.test.ts',
    evidence: "'rotate-secrets'",
  },
  {
    command: /^npm run preview$/,
    test: 'tests/e2e/teardown/lifecycle.test.ts',
    evidence: "labCommand('preview')",
  },
  {
    command: /^npm run down$/,
    test: 'tests/e2e/teardown/lifecycle.test.ts',
    evidence: "labCommand('down')",
  },
  {
    command: /^npm run logs( -- \w+)?$/,
    test: 'tests/cli/commands/without-cluster.test.ts',
    evidence: "['logs', 'containerd']",
  },
  {
    command: /^npm run status$/,
    test: 'tests/cli/commands/without-cluster.test.ts',
    evidence: "'status'",
  },
  {
    command:
      /^npm run send-test-request( --( --(prompt|count|small-image|private)( ("[^"]*"|\d+))?)+)?$/,
    test: 'tests/cli/requests/tools.test.ts',
    evidence: 'cli/requests/send-test-request.ts',
  },
  {
    command: /^npm run package$/,
    test: 'tests/docs/examples.test.ts',
    evidence: "['run', 'package',",
  },
  {
    command: /^npm run watch-responses$/,
    test: 'tests/cli/requests/tools.test.ts',
    evidence: 'cli/requests/watch-responses.ts',
  },
];
