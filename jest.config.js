import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const here = (path) => new URL(path, import.meta.url);

/** The suites that only the thorough run has, and those that it makes more of than `npm test` does. */
const thorough = () =>
  readdirSync(here('test'), { recursive: true })
    .filter((file) => file.endsWith('.test.ts'))
    .filter(
      (file) =>
        file.endsWith('.thorough.test.ts') || /\/jest\/thorough\.ts/.test(readFileSync(here(`test/${file}`), 'utf8')),
    )
    .map((file) => `<rootDir>/test/${file}`);

const suites = {
  release: () => ['<rootDir>/test/release/*.test.ts'],
  thorough,
  // Both of them, where it is not their work that matters.
  every: () => ['<rootDir>/test/!(release)/**/*.test.ts'],
};
const usual = () => ['<rootDir>/test/!(release)/**/!(*.thorough).test.ts'];

/** Coverage is counted of modules that each file loads for itself. */
const loading = process.argv.includes('--coverage')
  ? { testEnvironment: '<rootDir>/test/support/jest/environment.js' }
  : {
      testEnvironment: '<rootDir>/test/support/jest/kept-modules/environment.js',
      testRunner: '<rootDir>/test/support/jest/kept-modules/runner.js',
    };

export default {
  ...loading,
  roots: ['<rootDir>/test'],
  testMatch: (suites[process.env.TEST_SUITE] ?? usual)(),
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' }, experimental: { keepImportAttributes: true } },
        module: { type: 'es6' },
        sourceMaps: true,
      },
    ],
  },
  testSequencer: '<rootDir>/test/support/jest/longest-first.js',
  globalSetup: '<rootDir>/test/support/jest/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/jest/global-teardown.ts',
  collectCoverageFrom: ['src/**/*.ts', 'models/**/*.ts', '!src/http/contract.ts'],
  coverageProvider: 'v8',
  // Many a test waits for a database, a process or a clock: two more than there are cores leave none of them idle. What is thorough
  // computes more than it waits.
  maxWorkers: availableParallelism() + (process.env.TEST_SUITE === 'thorough' ? 1 : 2),
  // A machine four times slower has time enough; one that hangs is found all the same.
  testTimeout: 240_000,
  reporters: ['default', ...(process.env.TEST_RESULTS ? ['<rootDir>/test/support/jest/write-results.js'] : [])],
};
