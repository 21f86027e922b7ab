// Reads a report of Jest (--json) and fails when its skipped tests are not those that they should be.
import { readFileSync } from 'node:fs';

const [file, expected] = process.argv.slice(2);
const report = JSON.parse(readFileSync(file, 'utf8'));
const faults = report.testResults.flatMap(({ name, status, message, assertionResults }) => {
  const skipped = assertionResults.filter((test) => test.status !== 'passed' && test.status !== 'failed');
  const forData = assertionResults.filter((test) => test.fullName.includes('[skipped:'));
  if (status === 'failed') return [`${name}: failed\n${message}`];
  if (expected === 'none') return skipped.map((test) => `${name}: was skipped: ${test.fullName}`);
  if (forData.length === 0) return [`${name}: skips nothing where the data is missing`];
  const ran = forData.filter((test) => !skipped.includes(test)).map((test) => `${name}: ran: ${test.fullName}`);
  const others = skipped.filter((test) => !forData.includes(test));
  return [...ran, ...others.map((test) => `${name}: was skipped for another reason: ${test.fullName}`)];
});
if (report.testResults.length === 0) faults.push('no suite ran');
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
