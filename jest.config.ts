/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

const shared: Config = {
  testEnvironment: 'node',
  // the packed package.json has the name of the project's own
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: { '^.+\\.(ts|js|mjs)$': '<rootDir>/tests/support/esbuild-transformer.cjs' },
  // several dependencies are published as ES modules only, and Jest's own loader takes CommonJS
  transformIgnorePatterns: [
    '/node_modules/(@pulumi|cdk8s|cdk8s-plus-28|constructs|sharp|@img|google-protobuf)/',
  ],
};

const config: Config = {
  testSequencer: '<rootDir>/tests/support/lab-sequencer.mjs',
  reporters: ['default', '<rootDir>/tests/support/closing-line-reporter.cjs'],
  projects: [
    {
      ...shared,
      displayName: 'unit',
      globalSetup: '<rootDir>/tests/support/staged-images-setup.cjs',
      globalTeardown: '<rootDir>/tests/support/staged-images-teardown.cjs',
      testMatch: ['<rootDir>/tests/{charts,cli,docs,infra,lint,local,workloads}/**/*.test.ts'],
    },
    { ...shared, displayName: 'e2e', testMatch: ['<rootDir>/tests/e2e/**/*.test.ts'] },
    { ...shared, displayName: 'e2e-prod', testMatch: ['<rootDir>/tests/e2e-prod/*.test.ts'] },
  ],
};

export default config;
