import Sequencer from '@jest/test-sequencer';

/** Files of more than about ten seconds, the longest first. */
const longest = [
  'histories',
  'indicators/online-retail',
  'training/containment',
  'hostile-bodies',
  'late-facts',
  'integration/training/gate',
  'contract/fuzz',
  'service/stopping',
  'training/explorations',
  'cli/interrupt',
  'embedded-server',
  'cli/workbench',
  'housekeeping',
  'training/runs',
  'deadlines',
  'imports/online-retail',
  'given-back',
  'coupons/fire',
  'training/schedule',
  'segments/tags',
  'recommendations/releases',
  'sample-campaign',
  'sample-lists',
  'migrate-filled',
  'serving-snapshot',
  'rule-segments',
  'rules-learnt',
  'roll-ups-at-once',
  'contract/figures',
  'segments/customer-value',
  'coupons/contention',
  'http/overload',
  'outcomes/response',
  'training/shops',
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
