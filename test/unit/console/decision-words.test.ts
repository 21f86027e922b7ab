import { expect, test } from '@jest/globals';
import { causeFor } from '../../../src/console/shared/decisions/cause-for.ts';

const byCause = { policy_id: 'by-cause', version: 3 };
const decision = { cause: 'weak-purse', policy: byCause };

// Would see: "no incentive needed" of a campaign beside a decision that found a customer who watches prices.
test('a campaign whose coupon was not needed says the cause that its own policy found, and no other says one', () => {
  expect(causeFor({ outcome: 'not-needed', policy: byCause }, decision)).toBe('weak-purse');
  expect(causeFor({ outcome: 'not-needed', policy: { ...byCause, version: 2 } }, decision)).toBeUndefined();
  expect(causeFor({ outcome: 'not-needed', policy: { ...byCause, policy_id: 'everyone' } }, decision)).toBeUndefined();
  expect(causeFor({ outcome: 'group-not-targeted', policy: byCause }, decision)).toBeUndefined();
});
