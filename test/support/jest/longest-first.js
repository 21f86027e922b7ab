import Sequencer from '@jest/test-sequencer';

/** Files of more than about ten seconds, the longest first. */
const longest = [
  'training/spark.thorough',
  'training/spark-faults.thorough',
  'browser/console',
  'segments/live-segments',
  'segments/planted-portraits.thorough',
  'training/containment.thorough',
  'browser/campaigns-and-stock.thorough',
  'browser/people.thorough',
  'browser/operate.thorough',
  'integration/training/gate',
  'service/stopping',
  'browser/goods.thorough',
  'embedded-server',
  'deadlines',
  'training/runs',
  'given-back',
  'training/shops',
  'accounts/users',
  'training/explorations',
  'housekeeping',
  'histories',
  'late-facts',
  'indicators/online-retail',
  'hostile-bodies',
  'lake/archive.thorough',
  'cli/workbench',
  'contract/http',
  'serving-snapshot',
  'contract/figures',
  'lake/export-facts',
  'segments/customer-value',
  'cli/interrupt',
  'contract/fuzz',
  'end-to-end',
  'coupons/contention',
  'coupons/referrals',
  'migrate-filled',
  'terms-contention',
  'recommendations/lists',
  'segments/tags',
  'recommendations/outage',
  'http/overload',
  'service/replica',
  'training/schedule',
  'shops/few-connections',
  'rule-segments',
  'rules-learnt',
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
