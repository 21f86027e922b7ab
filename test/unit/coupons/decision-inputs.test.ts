import { expect, test } from '@jest/globals';
import { type Campaign, readTerms } from '../../../src/coupons/campaigns/campaign-terms.ts';
import { answerFrom, draftFrom, logOf } from '../../../src/coupons/decisions/answer.ts';
import { compileCampaigns } from '../../../src/coupons/decisions/choice/compiled-campaigns.ts';
import { packOutcomes } from '../../../src/coupons/decisions/choice/outcome-codes.ts';
import { rulesVersion } from '../../../src/coupons/decisions/choice/rules-version.ts';
import type { DecisionInputs, LoggedInputs } from '../../../src/coupons/decisions/decision-inputs.ts';
import { replayOne } from '../../../src/coupons/decisions/replay.ts';
import { boundsOf } from '../../../src/coupons/limits/store.ts';
import { deepFreeze } from '../../support/data/deep-freeze.ts';

const terms = (campaign_id: string, control_share: number) => ({
  ...{ campaign_id, name: campaign_id, discount: { type: 'amount' as const, amount: '3.00' }, control_share },
  ...{ valid_from: '2026-03-01T00:00:00Z', valid_until: '2026-05-01T00:00:00Z' },
});
const campaigns = [terms('controlled', 0.5), terms('free', 0), terms('never reached', 0.5)].map((one, place) => ({
  ...readTerms(one, 2),
  campaignKey: place,
})) as Campaign[];
const set = {
  id: 'set',
  campaigns,
  compiled: compileCampaigns(campaigns),
  bounds: boundsOf(campaigns),
  categories: [],
};

const segment = {
  ...{ group: 'low-contribution', recencyScore: 2, frequencyScore: 2, monetaryScore: 2, frequency: 1 },
  ...{ monetaryMinor: 4_000, averageOrderMinor: 4_000, averageUnitPrice: '8', discountShare: null },
};
const inputs = deepFreeze({
  ...{ rules: rulesVersion, at: '2026-03-10T12:00:00.000Z', digits: 2, barred: ['klaviyo_group'] },
  customer: { profilingAllowed: true, version: 1, segment },
  shop: { orderMinor: 4_000, unitPrice: 8 },
  cart: [{ item_id: 'cup', quantity: 2, unit_price: '10.00', within: [] }],
  ...{ reserveSeconds: 600, set: 'set', segments: ['list-vips'], closed: packOutcomes(new Uint8Array(3)), blocked: [] },
  ...{ holdoutShare: 0.1, explorationShare: 0, drawn: { inHoldout: false, draw: 1, pick: 0 } },
}) as unknown as DecisionInputs;
const parts = deepFreeze({ goods: [], code: 'K7Q2-9XFM-3TRB-0WNE', left: { coupons: 6, moneyMinor: null } });

// Would see: whoever writes into what a decision is made from, and a log that does not give the same answer again.
test('a decision leaves its inputs as they were read, and its log has all that gives the answer again', () => {
  const draft = draftFrom(inputs, set, (place) => place === 0);
  const answer = answerFrom(inputs, set, draft, parts);
  expect(answer.coupon).toMatchObject({ code: parts.code, campaignId: 'free', validUntil: '2026-03-10T12:10:00.000Z' });
  const logged = JSON.parse(JSON.stringify(logOf(inputs, set, draft, parts))) as LoggedInputs;
  // Of the arms those that were asked for: 'free' has no control, and the turn ended before the third.
  expect(logged.drawn).toEqual({ inHoldout: false, control: [[0, true]], draw: 1, pick: 0 });
  expect(logged.given).toEqual(parts);
  expect(JSON.stringify(replayOne(deepFreeze(logged), set))).toBe(JSON.stringify(answer));
});

test('nobody is asked for an arm of a campaign while all are held out', () => {
  const heldOut = { ...inputs, drawn: { ...inputs.drawn, inHoldout: true } };
  const draft = draftFrom(heldOut, set, () => {
    throw new Error('an arm was asked for');
  });
  expect(logOf(heldOut, set, draft, parts).drawn.control).toEqual([]);
});
