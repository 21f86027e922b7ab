import Sequencer from '@jest/test-sequencer';

/** Files of more than about ten seconds, the longest first. */
const longest = [
  'training/spark.thorough',
  'training/spark-faults.thorough',
  'browser/console',
  'segments/live-segments.thorough',
  'segments/planted-portraits.thorough',
  'training/containment.thorough',
  'browser/campaigns-and-stock.thorough',
  'browser/people.thorough',
  'browser/operate.thorough',
  'integration/training/gate.thorough',
  'service/stopping',
  'browser/goods.thorough',
  'embedded-server',
  'deadlines',
  'training/runs',
  'training/spark-runs',
  'browser/empty-shop.thorough',
  'given-back.thorough',
  'training/shops.thorough',
  'accounts/users',
  'training/explorations',
  'housekeeping',
  'histories.thorough',
  'late-facts.thorough',
  'indicators/online-retail.thorough',
  'hostile-bodies.thorough',
  'lake/archive.thorough',
  'cli/workbench',
  'contract/http',
  'serving-snapshot',
  'contract/figures.thorough',
  'lake/export-facts.thorough',
  'segments/customer-value',
  'cli/interrupt.thorough',
  'contract/fuzz.thorough',
  'end-to-end',
  'coupons/contention.thorough',
  'coupons/referrals',
  'migrate-filled',
  'terms-contention.thorough',
  'recommendations/lists',
  'segments/tags',
  'recommendations/outage.thorough',
  'http/overload.thorough',
  'service/replica.thorough',
  'training/schedule',
  'shops/few-connections.thorough',
  'rule-segments.thorough',
  'rules-learnt.thorough',
  'imports/failures.thorough',
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
