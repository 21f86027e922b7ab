// Reads what became of each test (TEST_RESULTS) and fails when the skipped ones are not those that they should be: `none`;
// `data`, where of files that all have suites over data which is not there these suites alone were asked for; `only-data`, in a
// whole run without the data.
import { readFileSync } from 'node:fs';

const [file, expected] = process.argv.slice(2);
if (!['none', 'data', 'only-data'].includes(expected)) throw new Error(`none, data or only-data, not ${expected}`);
const suites = JSON.parse(readFileSync(file, 'utf8'));
const faults = suites.flatMap(({ file, failure, tests }) => {
  const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
  const forData = tests.filter(({ fullName }) => fullName.includes('[skipped:'));
  if (failure !== null) return [`${file}: failed\n${failure}`];
  if (expected === 'none') return skipped.map(({ fullName }) => `${file}: was skipped: ${fullName}`);
  if (expected === 'data' && forData.length === 0) return [`${file}: skips nothing where the data is missing`];
  const ran = forData.filter((test) => !skipped.includes(test)).map(({ fullName }) => `${file}: ran: ${fullName}`);
  const others = expected === 'data' ? [] : skipped.filter((test) => !forData.includes(test));
  return [...ran, ...others.map(({ fullName }) => `${file}: was skipped for another reason: ${fullName}`)];
});
if (suites.length === 0) faults.push('no suite ran');
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
