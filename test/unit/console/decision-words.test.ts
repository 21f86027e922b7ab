import { expect, test } from '@jest/globals';
import { causeFor } from '../../../src/console/shared/decisions/cause-for.ts';
import { decidingOf, decidingWords } from '../../../src/console/shared/decisions/deciding.ts';
import { decisionTexts } from '../../../src/console/texts/decisions.ts';

const byCause = { policy_id: 'by-cause', version: 3 };
const decision = { cause: 'weak-purse', policy: byCause };

// Would see: "no incentive needed" of a campaign beside a decision that found a customer who watches prices.
test('a campaign whose coupon was not needed says the cause that its own policy found, and no other says one', () => {
  expect(causeFor({ outcome: 'not-needed', policy: byCause }, decision)).toBe('weak-purse');
  expect(causeFor({ outcome: 'not-needed', policy: { ...byCause, version: 2 } }, decision)).toBeUndefined();
  expect(causeFor({ outcome: 'not-needed', policy: { ...byCause, policy_id: 'everyone' } }, decision)).toBeUndefined();
  expect(causeFor({ outcome: 'group-not-targeted', policy: byCause }, decision)).toBeUndefined();
});

// Would see: "No coupon was given. Found: the customer likes a discount", which says nothing of the control group that decided.
test('the sentence of who got none says what decided, and of which campaign', () => {
  const reason = [{ key: 'decision.likes-discounts' }, { key: 'decision.control' }];
  const campaigns = [
    { campaign_id: 'spring', outcome: 'not-active' },
    { campaign_id: 'autumn', outcome: 'control-group' },
  ];
  const [en, zh] = [decisionTexts.en, decisionTexts.zh];
  const deciding = decidingOf('none', reason, en.withheld, campaigns);
  expect(deciding).toEqual({ key: 'decision.control', campaignId: 'autumn' });
  const written = (t: typeof en | typeof zh) =>
    t.withheldAfter(t.done.none, decidingWords(t, deciding!, 'Autumn'), t.found['weak-discount'], '');
  expect(written(en)).toBe(
    'No coupon was given: the customer is in the control group (campaign “Autumn”). Before that was found: the customer likes a discount.',
  );
  expect(written(zh)).toBe('未发券：该客户属于对照组（活动“Autumn”）。此前判断：该客户偏好折扣。');
  const none = [{ key: 'decision.likes-discounts' }, { key: 'decision.no-campaign' }];
  const limited = decidingOf('none', none, en.withheld, [{ campaign_id: 'spring', outcome: 'customer-limit-reached' }]);
  expect(decidingWords(en, limited!, 'Spring')).toBe('limit per customer reached (campaign “Spring”)');
  // What need itself answers stays as it is, and so does a coupon.
  expect(decidingOf('none', [{ key: 'decision.buys-anyway' }], en.withheld)).toBeUndefined();
  expect(decidingOf('coupon', reason, en.withheld)).toBeUndefined();
});
