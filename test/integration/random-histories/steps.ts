import fc from 'fast-check';
import type { Campaign } from './book-of-coupons.ts';

/** What may happen next in a history, as data: whom and what it is about is told by numbers, taken modulo what there is. */
export type Step =
  | { do: 'order'; who: Who; lines: Line[]; daysAgo: number; shipping: number | null }
  | { do: 'edit'; edits: EditOf[] }
  | { do: 'order-again'; order: number; changed: boolean }
  | { do: 'refund'; refunds: RefundOf[] }
  | { do: 'refund-again'; refund: number; changed: boolean }
  | { do: 'import-orders'; orders: number[]; customer: number; lines: Line[]; isTwice: boolean }
  | { do: 'return-by-file'; order: number; line: number; quantity: number; hoursLater: number }
  | { do: 'see'; customer: number; visitor: number; daysAgo: number }
  | { do: 'allow'; customer: number; allowed: boolean }
  | { do: 'erase'; customer: number }
  | { do: 'wait'; hours: number }
  | { do: 'campaign'; terms: Terms }
  | {
      do: 'change';
      campaign: number;
      terms: Terms;
      /** a budget of about what is held */
      tight: 'coupons' | 'money' | null;
      again: boolean;
    }
  | { do: 'pause'; campaign: number; paused: boolean }
  | {
      do: 'codes';
      campaign: number;
      kind: 'single' | 'shared';
      own: boolean;
      limit: number | null;
      customer: number | null;
      days: number | null;
    }
  | { do: 'decide'; customer: number | null; cart: Line[] | null; seconds: number | null; again: boolean }
  | {
      do: 'redeem';
      code: number;
      /** so many more at once: of other campaigns, unless it is done carelessly */
      more: number;
      /** by a request each, instead of all by one */
      inTurn: boolean;
      careless: boolean;
      as: 'owner' | number | null;
      order: number;
      cart: Line[] | null;
      again: boolean;
      typed: number;
    }
  | { do: 'release'; code: number }
  | { do: 'reverse'; redemption: number; whole: boolean; share: number | null; again: boolean; changed: boolean };

/** A campaign but for its id, its times told in days from now. */
export type Terms = Omit<Campaign, 'campaign_id' | 'name' | 'valid_from' | 'valid_until'> & {
  from: number;
  days: number;
};

/** A change of an order that the shop tells of. */
export interface EditOf {
  order: number;
  /** minutes from the newest change that was sent of the order, or from the order */
  minutesLater: number;
  /** of its lines: one less, one more piece, other prices, a line more, or all of them others; null: as they are */
  lines: 'fewer' | 'more-pieces' | 'dearer' | 'another' | Line[] | null;
  who: Who | null;
  daysAgo: number | null;
  shipping: number | null;
}

export interface RefundOf {
  order: number;
  /** null: all that is left */
  lines: { line: number; quantity: number }[] | null;
  /** cents beside the lines, or alone where `isOfMoney`; null: none */
  money: { amount: number; shipping: number; isAlone: boolean } | null;
  hoursLater: number;
}

export type Who = { customer: number } | { visitor: number };

export interface Line {
  item: number;
  quantity: number;
  price: string;
  hasListPrice: boolean;
}

/** Kinds of steps to leave out, to look at the others. */
const without = new Set((process.env['HISTORY_WITHOUT'] ?? '').split(','));

/** Items 0 and 1 are coffee, 2 is tea, which are food; 3 is a toy; 4 is in no category. */
export const categories = ['Food > Coffee', 'Food > Coffee', 'Food > Tea', 'Toys', null] as const;

const number = fc.nat({ max: 7 });
const customer = fc.nat({ max: 3 });
const visitor = fc.nat({ max: 1 });
const quantity = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 4 }) }, fc.constantFrom(1.5, 0.333));
const price = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('10.00', '20.00', '3.33', '7.49', '100.00') },
  fc.constantFrom('0.00', '0.01', '0.335', '0.005'),
);

export const line: fc.Arbitrary<Line> = fc.record({
  item: fc.nat({ max: 4 }),
  quantity,
  price,
  hasListPrice: fc.boolean(),
});
const lines = fc.array(line, { minLength: 1, maxLength: 4 });
const who: fc.Arbitrary<Who> = fc.oneof({ weight: 2, arbitrary: fc.record({ customer }) }, fc.record({ visitor }));

const of = <Kind extends Step['do']>(kind: Kind, weight: number, fields: Record<string, fc.Arbitrary<unknown>>) => ({
  kind,
  weight,
  arbitrary: fc.record({ do: fc.constant(kind), ...fields }) as fc.Arbitrary<Extract<Step, { do: Kind }>>,
});

const refund: fc.Arbitrary<RefundOf> = fc.record({
  order: number,
  lines: fc.option(fc.array(fc.record({ line: fc.nat({ max: 4 }), quantity }), { minLength: 1, maxLength: 2 }), {
    freq: 4,
  }),
  money: fc.option(
    fc.record({
      amount: fc.constantFrom(0, 1, 100, 333, 999, 5_000),
      shipping: fc.constantFrom(0, 0, 150, 400),
      isAlone: fc.boolean(),
    }),
    { freq: 1 },
  ),
  hoursLater: fc.constantFrom(0, 30, 500, -5),
});

const shipping = fc.option(fc.constantFrom(0, 390), { freq: 1 });
const edit: fc.Arbitrary<EditOf> = fc.record({
  order: number,
  minutesLater: fc.constantFrom(1, 1, 1, 5, 0, -1),
  lines: fc.oneof(
    fc.constantFrom('fewer' as const, 'more-pieces' as const, 'dearer' as const, 'another' as const, null),
    lines,
  ),
  who: fc.option(who, { freq: 1 }),
  daysAgo: fc.option(fc.constantFrom(0, 3, 30), { freq: 1 }),
  shipping,
});

const saleSteps = [
  of('order', 6, { who, lines, daysAgo: fc.constantFrom(0, 0, 1, 20, 45), shipping }),
  of('edit', 5, { edits: fc.array(edit, { minLength: 1, maxLength: 2 }) }),
  of('order-again', 1, { order: number, changed: fc.boolean() }),
  of('refund', 6, { refunds: fc.array(refund, { minLength: 1, maxLength: 2 }) }),
  of('refund-again', 1, { refund: number, changed: fc.boolean() }),
  of('import-orders', 1, { orders: fc.array(number, { maxLength: 2 }), customer, lines, isTwice: fc.boolean() }),
  of('return-by-file', 1, {
    order: number,
    line: fc.nat({ max: 3 }),
    quantity,
    hoursLater: fc.constantFrom(0, 30, 500),
  }),
  of('see', 2, { customer, visitor, daysAgo: fc.constantFrom(0, 10, 40) }),
  of('allow', 1, { customer, allowed: fc.boolean() }),
  of('erase', 1, { customer }),
  of('wait', 2, { hours: fc.constantFrom(1, 1, 20, 20, 200, 400) }),
];

const percent = fc.constantFrom(10, 15, 33.33, 50, 100);
const discount: fc.Arbitrary<Campaign['discount']> = fc.oneof(
  fc.record({ type: fc.constant('amount' as const), amount: fc.constantFrom('5.00', '0.05', '50.00') }),
  fc.record(
    { type: fc.constant('percent' as const), percent, maximum_discount: fc.constantFrom('5.00', '30.00') },
    { requiredKeys: ['type', 'percent'] },
  ),
  fc.record({ type: fc.constant('free-shipping' as const) }),
  fc.record(
    {
      type: fc.constant('buy-x-get-y' as const),
      percent,
      buy: fc.integer({ min: 1, max: 2 }),
      get: fc.integer({ min: 1, max: 2 }),
      maximum_discount: fc.constantFrom('5.00', '30.00'),
    },
    { requiredKeys: ['type', 'percent', 'buy', 'get'] },
  ),
);
const limitOf = (per: 'campaign' | 'customer' | 'code', periods: readonly ('total' | 'day' | 'week' | 'month')[]) =>
  fc.record({ per: fc.constant(per), period: fc.constantFrom(...periods), units: fc.integer({ min: 1, max: 3 }) });
const limits = fc.uniqueArray(
  fc.oneof(
    limitOf('campaign', ['day', 'week', 'month']),
    limitOf('customer', ['day', 'week', 'month']),
    limitOf('code', ['total', 'day', 'week', 'month']),
  ),
  { selector: ({ per, period }) => `${per} ${period}`, maxLength: 2 },
);
const rarely = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined, freq: 1 });
const budget = fc
  .tuple(rarely(fc.integer({ min: 1, max: 3 })), rarely(fc.constantFrom('50.00', '60.00', '100.00')))
  .map(([coupons, money]) => ({ ...(coupons !== undefined && { coupons }), ...(money !== undefined && { money }) }));
/** What comes first and last among several is drawn more often: it is what lets most happen. */
const terms: fc.Arbitrary<Terms> = fc
  .record({
    discount,
    from: fc.constantFrom(0, 0, 0, 2, 0, 0),
    days: fc.constantFrom(30, 1, 400),
    coupon_valid_days: fc.constantFrom(1, 14),
    budget,
    limit_per_customer: fc.constantFrom(1, 2, 9),
    minimum_spend: fc.constantFrom(undefined, undefined, '20.00', undefined),
    target_groups: fc.constantFrom<string[][]>([], [], ['low-contribution'], ['high-value'], []),
    applies_to: fc.constantFrom<Campaign['applies_to'][]>(
      {},
      {},
      { categories: ['Food'] },
      { categories: ['Food > Coffee'] },
      { item_ids: ['item-3', 'item-4'] },
      { bundle: ['item-0', 'item-1'] },
      {},
      {},
    ),
    priority: fc.nat({ max: 3 }),
    limits,
    time_zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/Los_Angeles', 'Asia/Kolkata'),
    week_start: fc.constantFrom('monday' as const, 'sunday' as const),
    stacking: fc.constantFrom<Campaign['stacking'][]>('stackable', 'stackable', 'exclusive', 'stackable', 'stackable'),
    stacking_order: fc.nat({ max: 2 }),
  })
  .map((terms) => {
    const { type, maximum_discount } = terms.discount;
    // "For percent and buy-x-get-y; needed with a money budget."
    const isBounded = type === 'amount' || type === 'free-shipping' || maximum_discount !== undefined;
    return isBounded || terms.budget.money === undefined
      ? terms
      : { ...terms, discount: { ...terms.discount, maximum_discount: '30.00' } };
  });
const seldom = fc.constantFrom(false, false, false, true);
const cart = fc.option(fc.array(line, { minLength: 1, maxLength: 3 }), { freq: 1 });

const campaignStep = of('campaign', 3, { terms }).arbitrary;
const codesStep = of('codes', 4, {
  campaign: number,
  kind: fc.constantFrom('single', 'shared'),
  own: fc.boolean(),
  limit: fc.option(fc.integer({ min: 1, max: 2 }), { freq: 1 }),
  customer: fc.option(customer, { freq: 1 }),
  days: fc.option(fc.constantFrom(1, 10), { freq: 1 }),
}).arbitrary;
const couponSteps = [
  { kind: 'campaign', weight: 3, arbitrary: campaignStep },
  of('change', 3, { campaign: number, terms, tight: fc.constantFrom('coupons', 'money', null), again: seldom }),
  of('pause', 1, { campaign: number, paused: fc.boolean() }),
  { kind: 'codes', weight: 3, arbitrary: codesStep },
  of('decide', 4, {
    customer: fc.option(fc.constantFrom(0, 0, 1, 1, 2, 3), { freq: 8 }),
    cart,
    seconds: fc.option(fc.constantFrom(100, 5_000), { freq: 1 }),
    again: seldom,
  }),
  of('redeem', 18, {
    code: fc.nat({ max: 11 }),
    more: fc.constantFrom(0, 1, 2),
    inTurn: fc.boolean(),
    careless: seldom,
    as: fc.oneof({ weight: 3, arbitrary: fc.constant('owner') }, { weight: 2, arbitrary: customer }, fc.constant(null)),
    order: fc.constantFrom(0, 0, 0, 0, 1, 2, 3),
    cart,
    again: seldom,
    typed: fc.nat({ max: 6 }),
  }),
  of('release', 3, { code: fc.nat({ max: 11 }) }),
  of('reverse', 5, {
    redemption: number,
    whole: fc.boolean(),
    share: fc.option(fc.constantFrom(0.1, 0.5, 1, 1.01), { freq: 3 }),
    again: seldom,
    changed: fc.boolean(),
  }),
];

/** Two stackable campaigns, the later redeemed of which comes first in the stack: what the earlier gives is stated anew. */
const twoOfAnOrder: fc.Arbitrary<Step[]> = fc
  .tuple(terms, terms, fc.array(line, { minLength: 1, maxLength: 3 }), fc.constantFrom(10, 15, 33.33))
  .map(([one, other, cart, percent]) => {
    const free = { from: 0, days: 30, budget: {}, limit_per_customer: 9, minimum_spend: undefined, limits: [] };
    const plain = { ...free, target_groups: [], applies_to: {}, stacking: 'stackable' as const };
    const campaigns = [
      { ...one, ...plain, discount: { type: 'percent' as const, percent }, stacking_order: 2 },
      { ...other, ...plain, discount: { type: 'amount' as const, amount: '5.00' }, stacking_order: 0 },
    ];
    const codes = [0, 1].map((campaign) => ({
      ...{ do: 'codes', campaign, kind: 'shared', own: false, limit: null, customer: null, days: null },
    }));
    const redemptions = [0, 1].map((code) => ({
      ...{
        do: 'redeem',
        code,
        more: 0,
        inTurn: true,
        careless: false,
        as: 'owner',
        order: 0,
        cart,
        again: false,
        typed: 0,
      },
    }));
    return [...campaigns.map((terms) => ({ do: 'campaign', terms })), ...codes, ...redemptions] as Step[];
  });

/** Campaigns and their codes come first in most histories, or much would be asked about nothing. */
const beginning: fc.Arbitrary<Step[]> = fc.oneof(
  { withCrossShrink: true },
  fc.constant<Step[]>([]) as fc.Arbitrary<Step[]>,
  { weight: 1, arbitrary: twoOfAnOrder },
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.array(campaignStep, { minLength: 1, maxLength: 3, size: 'max' }),
        fc.array(codesStep, { minLength: 1, maxLength: 4, size: 'max' }),
      )
      .map((parts) => parts.flat()),
  },
);
const goingOn = fc.array(fc.oneof(...[...saleSteps, ...couponSteps].filter(({ kind }) => !without.has(kind))), {
  minLength: 1,
  maxLength: 34,
  size: 'max',
});

export const steps: fc.Arbitrary<Step[]> = fc.tuple(beginning, goingOn).map((parts) => parts.flat());
