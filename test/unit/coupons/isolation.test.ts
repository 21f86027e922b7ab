import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { choose } from '../../../src/coupons/decisions/choice/choose-campaign.ts';
import { compileCampaigns } from '../../../src/coupons/decisions/choice/compiled-campaigns.ts';
import type { Situation } from '../../../src/coupons/decisions/choice/situation.ts';

interface Own {
  isolation: 'campaign' | 'channel' | 'all';
  channel: string;
  controlShare: number;
}

const campaignOf = (own: Own, place: number) => ({
  campaignKey: place,
  campaignId: `campaign ${place}`,
  validFrom: new Date('2026-03-01T00:00:00Z'),
  validUntil: new Date('2026-04-01T00:00:00Z'),
  priority: 0,
  targetGroups: [],
  targetSegments: [],
  itemIds: [],
  categories: [],
  bundle: [],
  guests: false,
  minimumSpendMinor: null,
  policy: 'everyone',
  discount: { type: 'amount' as const, amountMinor: 300 },
  stacking: 'exclusive' as const,
  stackingOrder: 0,
  hours: [],
  timeZone: 'UTC',
  ...own,
});

const own = fc.record({
  isolation: fc.constantFrom('campaign' as const, 'channel' as const, 'all' as const),
  channel: fc.constantFrom('e-mail', 'app'),
  controlShare: fc.constantFrom(0.25, 0.5),
});

/** By hand: the first that the customer is no control of, and that none keeps from them whose control they are found to be. */
function expectedOf(campaigns: readonly Own[], controls: readonly boolean[], from: number, until: number): number {
  const keeping: Own[] = [];
  for (let place = from; place < until; place++) {
    const { channel } = campaigns[place];
    if (keeping.some((one) => one.isolation === 'all' || (one.isolation === 'channel' && one.channel === channel)))
      continue;
    if (!controls[place]) return place;
    keeping.push(campaigns[place]);
  }
  return -1;
}

// Would see: a control that is given what it is to be kept from, or a probability that the log then lies about.
test('whatever arms and exploration draw, control groups are kept as they should, and the probability told is that of the choice', () => {
  const shares = { exploration: 0.2, held: 0.1 };
  fc.assert(
    fc.property(fc.array(own, { minLength: 1, maxLength: 4 }), (campaigns) => {
      const compiled = compileCampaigns(campaigns.map(campaignOf));
      const found = new Map<number, { weight: number; told: Set<string> }>();
      const note = (chosen: number, weight: number, probability: number) => {
        const one = found.get(chosen) ?? { weight: 0, told: new Set() };
        one.weight += weight;
        one.told.add(probability.toFixed(12));
        found.set(chosen, one);
      };
      const size = campaigns.length;
      for (let arms = 0; arms < 2 ** size; arms++) {
        const controls = campaigns.map((_, place) => (arms & (1 << place)) > 0);
        const ofArms = campaigns.reduce(
          (product, { controlShare }, place) => product * (controls[place] ? controlShare : 1 - controlShare),
          1,
        );
        for (const inHoldout of [false, true]) {
          for (let drawn = -1; drawn < size; drawn++) {
            const situation: Situation = {
              ...{ now: Date.parse('2026-03-10T00:00:00Z'), action: 'coupon', isKnown: true, group: null },
              ...{ closed: new Uint8Array(size), blocked: null, cart: null },
              ...{ holdoutShare: shares.held, explorationShare: shares.exploration, inHoldout },
              isControl: (place) => controls[place],
              draw: drawn < 0 ? 0.9 : 0.1,
              pick: drawn < 0 ? 0 : (drawn + 0.5) / size,
            };
            const { chosen, probability } = choose(compiled, situation);
            const expected =
              drawn < 0 ? expectedOf(campaigns, controls, 0, size) : expectedOf(campaigns, controls, drawn, drawn + 1);
            expect(chosen).toBe(inHoldout ? -1 : expected);
            const ofDraw = drawn < 0 ? 1 - shares.exploration : shares.exploration / size;
            note(chosen, ofArms * (inHoldout ? shares.held : 1 - shares.held) * ofDraw, probability);
          }
        }
      }
      for (const { weight, told } of found.values()) expect([...told]).toEqual([weight.toFixed(12)]);
    }),
    { numRuns: 60 },
  );
});

test('who is a control of before is kept from others, never by the campaign itself', () => {
  const compiled = compileCampaigns(
    [
      { isolation: 'all' as const, channel: 'e-mail', controlShare: 0.5 },
      { isolation: 'campaign' as const, channel: 'app', controlShare: 0 },
    ].map(campaignOf),
  );
  const chosenBy = (isolators: Situation['isolators']) => {
    const situation: Situation = {
      ...{ now: Date.parse('2026-03-10T00:00:00Z'), action: 'none', isKnown: true, group: null, isolators },
      ...{ closed: new Uint8Array(2), blocked: null, cart: null, holdoutShare: 0, explorationShare: 0 },
      ...{ inHoldout: false, isControl: () => false, draw: 1, pick: 0 },
    };
    return choose(compiled, situation).chosen;
  };
  expect(chosenBy([['elsewhere', null]])).toBe(-1);
  expect(chosenBy([['elsewhere', 'e-mail']])).toBe(1);
  expect(chosenBy([['elsewhere', 'letters']])).toBe(0);
  expect(chosenBy([['campaign 0', null]])).toBe(0);
  expect(
    chosenBy([
      ['campaign 0', null],
      ['campaign 1', null],
    ]),
  ).toBe(-1);
});
