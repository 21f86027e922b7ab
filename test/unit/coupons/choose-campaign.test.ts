import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkSampleRatio } from '../../../models/campaign-effect/index.ts';
import { seededRandom } from '../../../models/random.ts';
import type { Campaign } from '../../../src/coupons/campaigns/campaign-terms.ts';
import { choose } from '../../../src/coupons/decisions/choice/choose-campaign.ts';
import { compileCampaigns } from '../../../src/coupons/decisions/choice/compiled-campaigns.ts';
import {
  codeOf,
  type Outcome,
  outcomes,
  packOutcomes,
  unpackOutcomes,
} from '../../../src/coupons/decisions/choice/outcome-codes.ts';
import type { Score, Situation } from '../../../src/coupons/decisions/choice/situation.ts';
import { stack } from '../../../src/coupons/discounts/stacking.ts';
import type { Policy, PolicyVersion } from '../../../src/coupons/policies/policy.ts';

type Terms = Parameters<typeof compileCampaigns>[0][number];

const campaign = (campaignKey: number, change: Partial<Campaign> = {}): Terms => ({
  campaignKey,
  campaignId: `campaign ${campaignKey}`,
  validFrom: new Date('2026-03-01T00:00:00Z'),
  validUntil: new Date('2026-04-01T00:00:00Z'),
  priority: 0,
  targetGroups: [],
  targetSegments: [],
  itemIds: [],
  categories: [],
  bundle: [],
  minimumSpendMinor: null,
  controlShare: 0,
  isolation: 'campaign',
  guests: false,
  channel: null,
  policy: 'by-cause',
  discount: { type: 'amount', amountMinor: 300 },
  stacking: 'exclusive',
  stackingOrder: 0,
  hours: [],
  timeZone: 'UTC',
  ...change,
});

const now = Date.parse('2026-03-10T00:00:00Z');
const situation = (size: number, change: Partial<Situation> = {}): Situation => ({
  now,
  action: 'coupon',
  isKnown: true,
  group: 'ordinary',
  closed: new Uint8Array(size),
  blocked: null,
  cart: null,
  holdoutShare: 0,
  explorationShare: 0,
  inHoldout: false,
  isControl: () => false,
  draw: 0.5,
  pick: 0,
  ...change,
});

const choiceOf = (campaigns: Terms[], change: Partial<Situation> = {}) => {
  const choice = choose(compileCampaigns(campaigns), situation(campaigns.length, change));
  return { ...choice, outcomes: Array.from(choice.outcomes, (code) => outcomes[code]) };
};
const line = (itemId: string, amountMinor: number, within: string[] = [], quantity = 1) => {
  return { itemId, quantity, amountMinor, within };
};

describe('what stands against a campaign', () => {
  const aimed = {
    targetGroups: ['ordinary' as const],
    minimumSpendMinor: 2_000,
    categories: ['Food'],
    itemIds: ['tea'],
  };
  const full = [line('beans', 1_900, ['Food']), line('tea', 100), line('soap', 9_000)];

  test.each<[string, Partial<Campaign>, Partial<Situation>, Outcome]>([
    ['nothing', {}, { cart: full }, 'granted'],
    ['no cart', {}, {}, 'granted'],
    ['not begun', {}, { now: Date.parse('2026-02-28T23:59:59.999Z') }, 'not-active'],
    ['begun now', {}, { now: Date.parse('2026-03-01T00:00:00Z') }, 'granted'],
    ['ended', {}, { now: Date.parse('2026-04-01T00:00:00Z') }, 'not-active'],
    ['paused', {}, { closed: Uint8Array.of(codeOf['not-active']), cart: full }, 'not-active'],
    [
      'paused, before the cart',
      {},
      { closed: Uint8Array.of(codeOf['not-active']), cart: [line('soap', 1)] },
      'not-active',
    ],
    [
      'the group before the pause',
      {},
      { closed: Uint8Array.of(codeOf['not-active']), group: null },
      'group-not-targeted',
    ],
    ['another group', {}, { group: 'high-value' }, 'group-not-targeted'],
    ['no group', {}, { group: null }, 'group-not-targeted'],
    ['no group, for every group', { targetGroups: [] }, { group: null }, 'granted'],
    ['nothing in scope', {}, { cart: [line('soap', 9_000)] }, 'nothing-in-cart-applies'],
    [
      'below minimum in scope',
      {},
      { cart: [line('beans', 1_999, ['Food']), line('soap', 9_000)] },
      'below-minimum-spend',
    ],
    ['a line in both counts once', {}, { cart: [line('tea', 1_999, ['Food'])] }, 'below-minimum-spend'],
    ['whole cart', { categories: [], itemIds: [] }, { cart: [line('soap', 2_000)] }, 'granted'],
    ['budget', {}, { closed: Uint8Array.of(codeOf['money-budget-spent']) }, 'money-budget-spent'],
    [
      'the group before the budget',
      {},
      { group: null, closed: Uint8Array.of(codeOf['money-budget-spent']) },
      'group-not-targeted',
    ],
    [
      'limit before the budget',
      {},
      { blocked: new Map([[0, 6]]), closed: Uint8Array.of(codeOf['coupon-budget-spent']) },
      'customer-limit-reached',
    ],
    [
      'the cart before the limit',
      {},
      { blocked: new Map([[0, 6]]), cart: [line('soap', 1)] },
      'nothing-in-cart-applies',
    ],
  ])('%s', (_, terms, change, outcome) => {
    expect(choiceOf([campaign(1, { ...aimed, ...terms })], change).outcomes).toEqual([outcome]);
  });
});

describe('a campaign that gives 0.00 on the cart', () => {
  const percent = (share: number) => ({ type: 'percent' as const, percent: share, maximumMinor: null });
  const threeForTwo = { type: 'buy-x-get-y' as const, buy: 2, get: 1, percent: 100, maximumMinor: null };
  const discounts: Record<string, Campaign['discount']> = {
    amount: { type: 'amount', amountMinor: 300 },
    'one percent': percent(1),
    threeForTwo,
    'one percent of': { ...threeForTwo, percent: 1 },
    shipping: { type: 'free-shipping' },
  };

  test.each<[string, Situation['cart'], Outcome]>([
    ['amount', [line('gift', 0)], 'gives-nothing'],
    ['amount', [line('tea', 1)], 'granted'],
    ['one percent', [line('tea', 49)], 'gives-nothing'],
    ['one percent', [line('tea', 50)], 'granted'],
    ['one percent', [line('tea', 25), line('tea', 25)], 'granted'],
    ['threeForTwo', [line('tea', 500, [], 2)], 'gives-nothing'],
    ['threeForTwo', [line('tea', 500, [], 2.9)], 'gives-nothing'],
    ['threeForTwo', [line('tea', 500, [], 2), line('gift', 0)], 'gives-nothing'],
    ['threeForTwo', [line('tea', 500, [], 2), line('salt', 100)], 'granted'],
    ['threeForTwo', [line('nails', 3, [], 6)], 'granted'],
    ['threeForTwo', [line('nails', 1, [], 6)], 'gives-nothing'],
    ['threeForTwo', [line('tea', 500, [], 3), line('rice', 1, [], 0.7)], 'granted'],
    ['one percent of', [line('tea', 150, [], 3)], 'granted'],
    ['one percent of', [line('tea', 147, [], 3)], 'gives-nothing'],
    ['shipping', [line('gift', 0)], 'granted'],
    ['threeForTwo', null, 'granted'],
  ])('%s %j: %s', (name, cart, outcome) => {
    expect(choiceOf([campaign(1, { discount: discounts[name] })], { cart }).outcomes).toEqual([outcome]);
  });

  test('by the lines that it is for, by item and by category', () => {
    const cart = [line('tea', 500, [], 2), line('salt', 100), line('beans', 300, ['Food'], 3)];
    const outcomesFor = (terms: Partial<Campaign>) =>
      choiceOf([campaign(1, { discount: threeForTwo, ...terms })], { cart }).outcomes;
    expect(outcomesFor({ itemIds: ['tea'] })).toEqual(['gives-nothing']);
    expect(outcomesFor({ itemIds: ['tea', 'salt'] })).toEqual(['granted']);
    expect(outcomesFor({ categories: ['Food'] })).toEqual(['granted']);
    expect(outcomesFor({ itemIds: ['salt'], categories: ['Garden'] })).toEqual(['gives-nothing']);
  });

  test('whatever the cart, exactly where stacking it alone gives nothing', () => {
    const lines = fc.array(
      fc.record({ amountMinor: fc.nat(200), quantity: fc.constantFrom(0.5, 1, 1.999, 2, 3, 40), item: fc.nat(2) }),
      { minLength: 1, maxLength: 4 },
    );
    const discount = fc.oneof(
      fc.record({
        type: fc.constant('percent' as const),
        percent: fc.constantFrom(0.5, 1, 33, 100),
        maximumMinor: fc.constantFrom(null, 1),
      }),
      fc.record({ type: fc.constant('amount' as const), amountMinor: fc.constantFrom(1, 300) }),
      fc.record({ type: fc.constant('free-shipping' as const) }),
      fc.record({
        type: fc.constant('buy-x-get-y' as const),
        buy: fc.constantFrom(1, 2),
        get: fc.constantFrom(1, 3),
        percent: fc.constantFrom(0.5, 50, 100),
        maximumMinor: fc.constantFrom(null, 1),
      }),
    );
    fc.assert(
      fc.property(lines, discount, fc.boolean(), (given, theDiscount, isWhole) => {
        const cart = given.map(({ amountMinor, quantity, item }) => line(`item ${item}`, amountMinor, [], quantity));
        const offer = campaign(1, { discount: theDiscount, itemIds: isWhole ? [] : ['item 0'] });
        const alone = stack(
          [offer],
          cart,
          (itemIds, scope) => new Set(itemIds.filter((id) => scope.itemIds.includes(id))),
        );
        const expected = alone.offers[0].outcome === 'applied' ? 'granted' : alone.offers[0].outcome;
        expect(choiceOf([offer], { cart }).outcomes).toEqual([expected]);
      }),
      { numRuns: 2_000 },
    );
  });

  test('another is given instead; who has reached a limit is told of that', () => {
    const cart = [line('tea', 500)];
    const two = [campaign(1, { discount: threeForTwo }), campaign(2)];
    expect(choiceOf(two, { cart })).toMatchObject({ chosen: 1, outcomes: ['gives-nothing', 'granted'] });
    expect(choiceOf(two, { cart, blocked: new Map([[0, 6]]) }).outcomes[0]).toBe('customer-limit-reached');
    expect(choiceOf(two, { cart, closed: Uint8Array.of(codeOf['money-budget-spent'], 0) }).outcomes[0]).toBe(
      'money-budget-spent',
    );
  });

  test('exploration draws it no more, and rules up to the fifth still grant it', () => {
    const cart = [line('tea', 500)];
    const explored = { cart, explorationShare: 1, draw: 0 };
    expect(choiceOf([campaign(1, { discount: threeForTwo })], explored)).toMatchObject({ chosen: -1, probability: 1 });
    expect(choiceOf([campaign(1, { discount: threeForTwo })], { cart, upToFifth: true }).outcomes).toEqual(['granted']);
  });
});

describe('a campaign that aims at segments', () => {
  const aimed = campaign(1, { targetSegments: ['list-a', 'rule-b'] });
  const outcomesIn = (segments: string[] | undefined, change: Partial<Situation> = {}) =>
    choiceOf([aimed, campaign(2)], { segments: segments && new Set(segments), ...change }).outcomes;

  test('is for who is in one of them', () => {
    expect(outcomesIn(['rule-b'])).toEqual(['granted', 'lower-priority']);
    expect(outcomesIn(['list-other'])).toEqual(['not-in-target-segment', 'granted']);
    expect(outcomesIn(undefined)).toEqual(['not-in-target-segment', 'granted']);
  });

  test('dates and group come before it, all else after', () => {
    const closed = Uint8Array.of(codeOf['coupon-budget-spent'], 0);
    expect(outcomesIn([], { closed, blocked: new Map([[0, 6]]) })[0]).toBe('not-in-target-segment');
    expect(outcomesIn([], { now: Date.parse('2026-02-01T00:00:00Z') })[0]).toBe('not-active');
    const both = campaign(1, { targetSegments: ['list-a'], targetGroups: ['high-value'] });
    expect(choiceOf([both]).outcomes).toEqual(['group-not-targeted']);
  });
});

describe('where scores decide', () => {
  const scored = (...expected: (number | undefined)[]) => ({
    scores: new Map(
      expected.flatMap((expectedMinor, place): [number, Score][] =>
        expectedMinor === undefined ? [] : [[place, { expectedMinor, leastMinor: 50 }]],
      ),
    ),
  });
  const three = [campaign(1), campaign(2), campaign(3)];

  test('a coupon is for whom it is expected to add more than nothing, and at least the least', () => {
    expect(choiceOf([campaign(1)], scored(50)).outcomes).toEqual(['granted']);
    expect(choiceOf([campaign(1)], scored(49.9)).outcomes).toEqual(['no-expected-gain']);
    const free = new Map([[0, { expectedMinor: 0, leastMinor: 0 }]]);
    expect(choiceOf([campaign(1)], { scores: free })).toMatchObject({ action: 'none', outcomes: ['no-expected-gain'] });
  });

  test('of equal priority the largest expected gain goes first, what has no score counts as 0', () => {
    expect(choiceOf(three, scored(60, undefined, 70))).toMatchObject({ chosen: 2 });
    expect(choiceOf(three, scored(undefined, 60))).toMatchObject({ chosen: 1 });
    expect(choiceOf(three, scored(70, 70))).toMatchObject({ chosen: 0 });
    const first = [campaign(1, { priority: 1 }), campaign(2), campaign(3)];
    expect(choiceOf(first, scored(60, 90, 70))).toMatchObject({ chosen: 0 });
  });

  test('the score stands in for need, for its campaign alone', () => {
    for (const action of ['none', 'lower-priced-goods'] as const) {
      expect(choiceOf(three, { action, ...scored(undefined, 60) })).toMatchObject({
        action: 'coupon',
        chosen: 1,
        outcomes: ['not-needed', 'granted', 'not-needed'],
      });
      expect(choiceOf(three, { action, ...scored(undefined, 10) })).toMatchObject({
        action,
        chosen: -1,
        outcomes: ['not-needed', 'no-expected-gain', 'not-needed'],
        reached: [],
      });
    }
    expect(choiceOf(three, scored(10)).outcomes).toEqual(['no-expected-gain', 'granted', 'lower-priority']);
  });

  test('holdout, control group, limits and budgets stay above it', () => {
    const held = { holdoutShare: 0.1, inHoldout: true };
    expect(choiceOf([campaign(1)], { action: 'lower-priced-goods', ...scored(60), ...held })).toMatchObject({
      action: 'none',
      outcomes: ['holdout'],
      reached: [{ place: 0, arm: 'holdout' }],
    });
    const controlled = [campaign(1, { controlShare: 0.5 })];
    const left = { outcomes: ['control-group'], holdout: 'control', probability: 0.5 };
    expect(choiceOf(controlled, { action: 'none', ...scored(60), isControl: () => true })).toMatchObject(left);
    const closed = Uint8Array.of(codeOf['money-budget-spent']);
    expect(choiceOf([campaign(1)], { ...scored(60), closed }).outcomes).toEqual(['money-budget-spent']);
    expect(choiceOf([campaign(1)], { ...scored(60), blocked: new Map([[0, 6]]) }).outcomes).toEqual([
      'customer-limit-reached',
    ]);
  });

  test('the control group of one gets what it would without the campaign', () => {
    const controlled = { isControl: () => true, ...scored(60) };
    for (const [action, gets] of [
      ['lower-priced-goods', 'lower-priced-goods'],
      ['none', 'none'],
      ['coupon', 'none'],
    ] as const) {
      const choice = choiceOf([campaign(1, { controlShare: 0.5 })], { action, ...controlled });
      expect(choice).toMatchObject({ action: gets, chosen: -1, outcomes: ['control-group'], holdout: 'control' });
    }
    // As it was logged by the rules before.
    expect(
      choiceOf([campaign(1, { controlShare: 0.5 })], { action: 'lower-priced-goods', ...controlled, upToThird: true }),
    ).toMatchObject({ action: 'none' });
  });

  test('exploration draws for those who are held out as for everybody else', () => {
    const random = seededRandom(7);
    const rules = compileCampaigns([campaign(1), campaign(2)]);
    const counts = { treatment: 0, control: 0, holdout: 0 };
    for (let n = 0; n < 20_000; n++) {
      // Nine in ten are refused by every score.
      const choice = choose(
        rules,
        situation(2, {
          ...(n % 10 === 0 ? scored(60, 70) : scored(10, 20)),
          action: 'none',
          holdoutShare: 0.1,
          explorationShare: 0.1,
          inHoldout: random() < 0.1,
          draw: random(),
          pick: random(),
        }),
      );
      for (const { place, arm } of choice.reached) {
        counts[arm]++;
        if (arm === 'holdout') expect([choice.explored, outcomes[choice.outcomes[place]]]).toEqual([false, 'holdout']);
      }
    }
    expect(checkSampleRatio(counts.treatment, counts.holdout, 0.9).pValue).toBeGreaterThan(0.01);
  });

  test('exploration also tries what only the score stands against', () => {
    const explored = { explorationShare: 0.2, draw: 0.1, pick: 0.9, ...scored(60, 10) };
    expect(choiceOf([campaign(1), campaign(2)], explored)).toMatchObject({
      chosen: 1,
      explored: true,
      outcomes: ['not-drawn', 'granted'],
    });
    expect(choiceOf([campaign(1)], { ...explored, action: 'none', ...scored(10), draw: 0.5 })).toMatchObject({
      action: 'none',
      chosen: -1,
      outcomes: ['no-expected-gain'],
    });
  });
});

describe('a campaign whose policy is everyone', () => {
  const all = campaign(1, { policy: 'everyone' });
  const gains = new Map<number, Score>([[1, { expectedMinor: 60, leastMinor: 50 }]]);

  test.each<[Situation['action'], Outcome[]]>([
    ['none', ['granted', 'not-needed']],
    ['lower-priced-goods', ['granted', 'not-needed']],
    ['coupon', ['granted', 'lower-priority']],
  ])('is for who needs %s, and opens no other', (action, expected) => {
    expect(choiceOf([all, campaign(2)], { action })).toMatchObject({
      action: 'coupon',
      outcomes: expected,
      probability: 1,
    });
  });

  test('is for nobody to whom no coupon can be given', () => {
    expect(choiceOf([all], { action: 'none', isKnown: false })).toMatchObject({
      action: 'none',
      outcomes: ['not-needed'],
    });
  });

  test('comes after one of the same priority that is expected to add something, before one of less', () => {
    expect(choiceOf([all, campaign(2)], { action: 'none', scores: gains })).toMatchObject({ chosen: 1 });
    const first = campaign(1, { policy: 'everyone', priority: 1 });
    expect(choiceOf([first, campaign(2)], { action: 'none', scores: gains })).toMatchObject({ chosen: 0 });
  });

  test('heeds dates, cart, limits, budgets, control group and holdout', () => {
    const needless = { action: 'none' as const };
    const outcomeOf = (change: Partial<Situation>) => choiceOf([all], { ...needless, ...change }).outcomes[0];
    expect(outcomeOf({ now: Date.parse('2026-05-01T00:00:00Z') })).toBe('not-active');
    expect(outcomeOf({ closed: Uint8Array.of(codeOf['money-budget-spent']) })).toBe('money-budget-spent');
    expect(outcomeOf({ blocked: new Map([[0, codeOf['customer-limit-reached']]]) })).toBe('customer-limit-reached');
    expect(outcomeOf({ inHoldout: true, holdoutShare: 0.1 })).toBe('holdout');
    const controlled = campaign(1, { policy: 'everyone', controlShare: 0.5 });
    expect(choiceOf([controlled], { ...needless, isControl: () => true })).toMatchObject({
      ...{ action: 'none', outcomes: ['control-group'], probability: 0.5 },
    });
  });
});

describe('campaigns whose policy looks at their model', () => {
  const version = (policy: Policy): PolicyVersion => ({ policyId: policy.kind, version: 1, policy });
  const score = (expectedMinor: number, uplift: number): Score => ({ expectedMinor, leastMinor: 0, uplift });
  const chosenBy = (
    policies: Policy[],
    scores: Map<number, Score>,
    change: Partial<Situation> = {},
    more = [{}, {}, {}],
  ) => {
    const deciding = policies.map(version);
    const campaigns = policies.map((_, place) => campaign(place + 1, more[place]));
    const made = situation(campaigns.length, { action: 'none', scores, ...change });
    const choice = choose(compileCampaigns(campaigns, deciding), made);
    return { ...choice, outcomes: Array.from(choice.outcomes, (code) => outcomes[code]) };
  };
  const uplift: Policy = { kind: 'uplift', leastUplift: 0.02 };
  const margin: Policy = { kind: 'largest-incremental-margin', leastMarginMinor: 50 };

  test.each<[string, Policy, Score | undefined, Outcome]>([
    ['uplift enough, whatever it earns', uplift, score(-5, 0.02), 'granted'],
    ['less uplift', uplift, score(500, 0.019), 'no-expected-gain'],
    ['no model', uplift, undefined, 'not-scored'],
    ['margin enough, whatever the uplift', margin, score(50, 0.001), 'granted'],
    ['less margin', margin, score(49, 0.5), 'no-expected-gain'],
    ['no model of it either', margin, undefined, 'not-scored'],
  ])('%s', (_, policy, own, expected) => {
    const scores = new Map(own ? [[0, own]] : []);
    expect(chosenBy([policy], scores).outcomes).toEqual([expected]);
    // Who needs one gets none for that.
    expect(chosenBy([policy], scores, { action: 'coupon' }).outcomes).toEqual([expected]);
    expect(chosenBy([policy], new Map(), { isKnown: false }).outcomes).toEqual(['not-needed']);
  });

  test('of several by margin the one that adds most takes the first of their turns, and the others keep theirs', () => {
    const scores = new Map([
      [0, score(60, 0.1)],
      [2, score(90, 0.1)],
    ]);
    const turns = [{ priority: 9 }, { priority: 5 }, { priority: 1 }];
    expect(chosenBy([margin, { kind: 'everyone' }, margin], scores, {}, turns)).toMatchObject({ chosen: 2 });
    expect(
      chosenBy([margin, { kind: 'everyone' }, margin], scores, {}, [{ priority: 3 }, { priority: 5 }, {}]),
    ).toMatchObject({
      chosen: 1,
    });
  });

  test('what may take off more than a rule allows is refused, and the rest is given', () => {
    const rules: Policy = { kind: 'rules', rules: [], otherwise: 'give' };
    const verdicts = [{ code: 0, mostMinor: 300 }];
    const open = { type: 'percent' as const, percent: 10, maximumMinor: null };
    const given = (discount: Campaign['discount']) => {
      const rule = compileCampaigns([campaign(1, { discount })], [version(rules)]);
      return outcomes[choose(rule, situation(1, { action: 'none', verdicts })).outcomes[0]];
    };
    expect(given({ type: 'amount', amountMinor: 300 })).toBe('granted');
    expect(given({ type: 'amount', amountMinor: 301 })).toBe('refused-by-policy');
    expect(given(open)).toBe('refused-by-policy');
    expect(given({ ...open, maximumMinor: 300 })).toBe('granted');
    expect(given({ type: 'free-shipping' })).toBe('granted');
  });
});

describe('who gets what', () => {
  const three = [campaign(1), campaign(2), campaign(3)];

  test('the first that can, and the others know why not', () => {
    const closed = Uint8Array.of(codeOf['coupon-budget-spent'], 0, 0);
    expect(choiceOf(three, { closed })).toMatchObject({
      action: 'coupon',
      chosen: 1,
      outcomes: ['coupon-budget-spent', 'granted', 'lower-priority'],
      probability: 1,
      holdout: 'none',
      reached: [{ place: 1, arm: 'treatment' }],
    });
  });

  // Would see: "no coupon needed" of a campaign that would not have been for the customer anyway.
  test('whom a campaign is for, and when, is told before whether a coupon is needed', () => {
    const mixed = [
      campaign(1, { targetGroups: ['high-value'] }),
      campaign(2, { targetSegments: ['rule-other'] }),
      campaign(3, { validFrom: new Date('2027-01-01T00:00:00Z'), validUntil: new Date('2027-02-01T00:00:00Z') }),
      campaign(4),
      campaign(5),
      campaign(6, { policy: 'everyone', targetGroups: ['high-value'] }),
    ];
    const paused = Uint8Array.of(0, 0, 0, codeOf['not-active'], 0, 0);
    const needless = { action: 'none', group: 'ordinary', closed: paused } as const;
    const told = ['group-not-targeted', 'not-in-target-segment', 'not-active', 'not-active', 'not-needed'];
    expect(choiceOf(mixed, needless).outcomes).toEqual([...told, 'group-not-targeted']);
    expect(choiceOf(mixed.slice(0, 5), { ...needless, closed: paused.subarray(0, 5) }).outcomes).toEqual(told);
    const before = choiceOf(mixed, { ...needless, upToTenth: true }).outcomes;
    expect(before).toEqual([...told.map(() => 'not-needed'), 'group-not-targeted']);
  });

  test('without need, nothing is considered', () => {
    expect(choiceOf(three, { action: 'none' })).toMatchObject({
      chosen: -1,
      outcomes: ['not-needed', 'not-needed', 'not-needed'],
      reached: [],
    });
  });

  test('the holdout gets nothing, not even goods of a lower price', () => {
    const held = { holdoutShare: 0.1, inHoldout: true };
    expect(choiceOf(three, held)).toMatchObject({
      action: 'none',
      holdout: 'global',
      outcomes: ['holdout', 'holdout', 'holdout'],
      probability: 0.1,
      reached: [{ place: 0, arm: 'holdout' }],
    });
    expect(choiceOf(three, { ...held, action: 'lower-priced-goods' })).toMatchObject({
      action: 'none',
      probability: 0.1,
    });
    expect(choiceOf(three, { ...held, inHoldout: false })).toMatchObject({
      action: 'coupon',
      holdout: 'none',
      probability: 0.9,
    });
  });

  test('in the control group of one, the next is tried', () => {
    const shared = [campaign(1, { controlShare: 0.2 }), campaign(2, { controlShare: 0.5 })];
    const inControl = (...at: boolean[]) => ({ isControl: (place: number) => at[place] });
    expect(choiceOf(shared, inControl(true, false))).toMatchObject({
      chosen: 1,
      outcomes: ['control-group', 'granted'],
      holdout: 'none',
      probability: 0.2 * 0.5,
      reached: [
        { place: 0, arm: 'control' },
        { place: 1, arm: 'treatment' },
      ],
    });
    expect(choiceOf(shared, inControl(true, true))).toMatchObject({
      action: 'none',
      chosen: -1,
      holdout: 'control',
      probability: 0.1,
    });
  });
});

test.each<[string, Partial<Situation>]>([
  ['for who needs a coupon', {}],
  [
    'with scores, for who needs none',
    {
      action: 'lower-priced-goods',
      scores: new Map([
        [0, { expectedMinor: -5, leastMinor: 0 }],
        [1, { expectedMinor: 20, leastMinor: 0 }],
        [2, { expectedMinor: 30, leastMinor: 0 }],
      ]),
    },
  ],
  [
    'where nothing is expected of anything',
    { scores: new Map([0, 1, 2].map((place) => [place, { expectedMinor: 0, leastMinor: 0 }])) },
  ],
])('the probability told is that with which it happens, over arms and exploration: %s', (_, change) => {
  const campaigns = [campaign(1, { controlShare: 0.3 }), campaign(2, { controlShare: 0.1 }), campaign(3)];
  const rules = compileCampaigns(campaigns);
  const shares = { holdoutShare: 0.15, explorationShare: 0.2, ...change };
  const steps = 20;
  const points = Array.from({ length: steps }, (_, n) => (n + 0.5) / steps);
  const happened = new Map<number, number>();
  const told = new Map<number, number>();
  for (const holdoutPoint of points) {
    for (const draw of points.filter((_, n) => n % 2 === 0)) {
      for (const a of points.filter((_, n) => n % 2 === 0)) {
        for (const b of points.filter((_, n) => n % 2 === 0)) {
          for (const pick of [1 / 6, 3 / 6, 5 / 6]) {
            const inHoldout = holdoutPoint < shares.holdoutShare;
            const isControl = (place: number) => [a, b, 0.5][place] < campaigns[place].controlShare;
            const choice = choose(rules, situation(3, { ...shares, inHoldout, draw, pick, isControl }));
            happened.set(choice.chosen, (happened.get(choice.chosen) ?? 0) + 1);
            told.set(choice.chosen, choice.probability);
          }
        }
      }
    }
  }
  const all = [...happened.values()].reduce((sum, count) => sum + count, 0);
  expect([...told.values()].reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 12);
  for (const [chosen, count] of happened) expect(count / all).toBeCloseTo(told.get(chosen)!, 12);
});

test('outcomes in the log are as they were', () => {
  fc.assert(
    fc.property(fc.uint8Array({ max: outcomes.length - 1, maxLength: 500 }), (codes) => {
      expect(unpackOutcomes(packOutcomes(codes))).toEqual(codes);
    }),
  );
});
