import { writeFileSync } from 'node:fs';

/** Writes what became of each test, as JSON, to the file that TEST_RESULTS names. */
export default class WriteResults {
  onRunComplete(_contexts, { testResults }) {
    const suites = testResults.map(({ testFilePath, failureMessage, testResults: tests }) => ({
      file: testFilePath,
      failure: failureMessage ?? null,
      tests: tests.map(({ fullName, status }) => ({ fullName, status })),
    }));
    writeFileSync(process.env.TEST_RESULTS, JSON.stringify(suites));
  }
}
