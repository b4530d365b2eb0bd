import fs from 'node:fs';
import path from 'node:path';
import importX from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import tseslint from 'typescript-eslint';

const layer = (target, from, message) => ({ target, from, message });

// every folder with a Dockerfile is an image; its tag covers the folder itself and those that it shares
const WORKLOADS = path.join(import.meta.dirname, 'workloads');
const SHARED = JSON.parse(fs.readFileSync(path.join(WORKLOADS, 'protocol/image-folders.json')));
const IMAGES = fs
  .readdirSync(WORKLOADS)
  .filter((folder) => fs.existsSync(path.join(WORKLOADS, folder, 'Dockerfile')))
  .map((folder) => [folder, SHARED[folder] ?? SHARED.default]);

const noPulumi = {
  group: ['@pulumi/*'],
  message: 'only infra touches Pulumi (local/pulumi serves its plugin protocol)',
};

const noMachine = {
  regex: '^node:(?!crypto$)|^(child_process|fs|http|https|net|os|process)(/|$)',
  message: 'charts take plain values, they read no file, process or network',
};

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', 'coverage/'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver()],
      // without these two the plugin follows no import of TypeScript, and no-cycle finds nothing
      'import-x/extensions': ['.ts', '.tsx'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
    },
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      // no package imports this project; without the option each one's types are parsed, half of all the time
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-restricted-paths': [
        'error',
        {
          basePath: import.meta.dirname,
          zones: [
            layer(
              './charts',
              './infra',
              'charts are pure: infra imports charts, never the reverse',
            ),
            layer('./charts', ['./local', './cli'], 'charts know nothing of where they run'),
            layer('./charts', './workloads/!(protocol)/**', 'charts read workloads/protocol only'),
            layer(
              './workloads',
              ['./infra', './charts', './local', './cli'],
              'programs know nothing of how they are deployed',
            ),
            layer(
              './workloads/protocol',
              './workloads/!(protocol)/**',
              'the protocol depends on nobody',
            ),
            layer(
              './infra',
              ['./local', './cli'],
              'infra runs on any cluster; local is one of them',
            ),
            layer(
              './infra',
              './workloads/!(protocol)/**',
              'infra builds workloads, it does not import them',
            ),
            layer(
              './local',
              ['./infra', './charts', './cli'],
              'local drives the program through the Pulumi CLI, and knows no command',
            ),
            layer('./cli', './infra', 'commands drive the program through the Pulumi CLI'),
            layer(
              './cli',
              './charts/**/!(*-settings|setting).ts',
              'of the charts, commands need the definitions of the settings only',
            ),
            layer(
              './local',
              './workloads/!(protocol)/**',
              'local shares only the protocol with the programs',
            ),
            layer(
              './workloads/process',
              './workloads/!(process|protocol)/**',
              'what every program needs depends on none of them',
            ),
            layer('./workloads/staging', './workloads/!(staging)/**', 'staging knows no program'),
            ...IMAGES.map(([image, shared]) =>
              layer(
                `./workloads/${image}`,
                `./workloads/!(${[image, ...shared].join('|')})/**`,
                "an image's tag covers its own folder and the shared ones: it would not change with anything else",
              ),
            ),
          ],
        },
      ],
    },
  },
  {
    files: ['charts/**/*.ts', 'workloads/**/*.{ts,tsx}', 'local/**/*.ts', 'cli/**/*.ts'],
    ignores: ['local/pulumi/**'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [noPulumi] }],
    },
  },
  {
    files: ['charts/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [noPulumi, noMachine] }],
      'no-restricted-globals': [
        'error',
        { name: 'process', message: 'charts take plain values, they read no environment' },
      ],
    },
  },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  { files: ['jest.config.ts', 'tests/support/*.mjs'], rules: { 'no-restricted-exports': 'off' } },
);
