import { describe, expect, test } from '@jest/globals';
import type { CampaignSet } from '../../../src/coupons/campaigns/sets/campaign-sets.ts';
import { codeOf, packOutcomes } from '../../../src/coupons/decisions/choice/outcome-codes.ts';
import { consideredIn, consideredJson } from '../../../src/coupons/decisions/considered-campaigns.ts';

const setOf = (...campaignIds: string[]) =>
  ({
    campaigns: campaignIds.map((campaignId, place) => ({ campaignId, version: place + 1 })),
    compiled: { policies: [{ policyId: 'everyone', version: 4 }], policyOf: campaignIds.map(() => 0) },
  }) as unknown as CampaignSet;
const policy = { policyId: 'everyone', version: 4 };
const packed = (...names: (keyof typeof codeOf)[]) => packOutcomes(Uint8Array.from(names, (name) => codeOf[name]));

describe('campaigns that a decision looked at', () => {
  const set = setOf('spring', 'say "hi"', 'spring \u2028 ü');

  test('each has its outcome, in turn, for every decision over the set', () => {
    expect(consideredIn(set, packed('granted', 'lower-priority', 'not-active'))).toEqual([
      { campaignId: 'spring', version: 1, policy, outcome: 'granted' },
      { campaignId: 'say "hi"', version: 2, policy, outcome: 'lower-priority' },
      { campaignId: 'spring \u2028 ü', version: 3, policy, outcome: 'not-active' },
    ]);
    const other = consideredIn(set, packed('not-active', 'granted', 'lower-priority'));
    expect(other.map(({ outcome }) => outcome)).toEqual(['not-active', 'granted', 'lower-priority']);
  });

  test('their JSON is that of the objects, with scores where there are some', () => {
    const campaigns = consideredIn(set, packed('granted', 'lower-priority', 'not-active'));
    const score = { uplift: 0.1, text: '1,"2"' };
    const text = consideredJson('{"first":1,"campaigns":', campaigns, new Map([[1, score]]), ',"last":2}');
    expect(JSON.parse(text)).toEqual({
      first: 1,
      campaigns: campaigns.map(({ campaignId, version, outcome }, place) => ({
        campaign_id: campaignId,
        version,
        policy: { policy_id: 'everyone', version: 4 },
        outcome,
        ...(place === 1 && { score }),
      })),
      last: 2,
    });
    expect(JSON.parse(consideredJson('{"campaigns":', consideredIn(setOf(), ''), undefined, '}'))).toEqual({
      campaigns: [],
    });
  });
});
