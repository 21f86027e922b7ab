import { writeFileSync } from 'node:fs';

/** Writes what became of each test and how long each file took, as JSON, to the file that TEST_RESULTS names. */
export default class WriteResults {
  onRunComplete(_contexts, { testResults }) {
    const suites = testResults.map(({ testFilePath, failureMessage, perfStats, testResults: tests }) => ({
      file: testFilePath,
      seconds: perfStats.runtime / 1_000,
      failure: failureMessage ?? null,
      tests: tests.map(({ fullName, status }) => ({ fullName, status })),
    }));
    writeFileSync(process.env.TEST_RESULTS, JSON.stringify(suites));
  }
}
