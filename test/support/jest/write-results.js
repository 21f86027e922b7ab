import { writeFileSync } from 'node:fs';

/**
 * Writes what became of each test, how long each file took and how much of the processor's time, as JSON, to the file that TEST_RESULTS
 * names. The time is that of the process which ran the file and of those that it started; the server of the databases is none of them.
 */
export default class WriteResults {
  onRunComplete(_contexts, { testResults }) {
    const suites = testResults.map(
      ({ testFilePath, failureMessage, perfStats, processorSeconds, testResults: tests }) => ({
        file: testFilePath,
        seconds: perfStats.runtime / 1_000,
        processorSeconds,
        failure: failureMessage ?? null,
        tests: tests.map(({ fullName, status }) => ({ fullName, status })),
      }),
    );
    writeFileSync(process.env.TEST_RESULTS, JSON.stringify(suites));
  }
}
