import Sequencer from '@jest/test-sequencer';

/** Files of more than about ten seconds, the longest first. */
const longest = [
  'docs/commands',
  'histories',
  'hostile-bodies',
  'cli/interrupt',
  'imports/online-retail',
  'training/containment',
  'cli/workbench',
  'coupons/fire',
  'training/runs',
  'fuzz',
  'housekeeping',
  'coupons/contention',
  'embedded-server',
  'outcomes/response',
  'stopping',
  'training/shops',
  'integration/training/gate',
  'deadlines',
  'training/schedule',
  'collaborative-filtering/reference',
  'end-to-end',
  'imports/failures',
].map((name) => `/${name}.test.ts`);

/** Where no run has told durations yet Jest starts the largest files first: these are small, and would end alone. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const place = ({ path }) => {
      const found = longest.findIndex((end) => path.endsWith(end));
      return found < 0 ? longest.length : found;
    };
    return [...super.sort(tests)].sort((one, other) => place(one) - place(other));
  }
}
