import fc from 'fast-check';

/** What a shop may tell next, as data: whom and what it is about is told by numbers, taken modulo what there is. */
export type Step =
  | { do: 'events'; events: EventOf[] }
  | { do: 'orders'; orders: OrderOf[] }
  | { do: 'status'; order: number; statuses: StatusOf[] }
  | { do: 'refund'; refunds: RefundOf[] }
  | { do: 'item'; item: number; change: ItemChange }
  | { do: 'customer'; customer: number; registered: When | null }
  | { do: 'costs'; costs: CostOf[] }
  | { do: 'market'; figures: FigureOf[] }
  | { do: 'stock'; item: number; stock: number }
  | { do: 'wait'; minutes: number }
  | { do: 'files'; events: EventOf[]; orders: OrderOf[] }
  | { do: 'erase'; customer: number }
  | { do: 'redrive' }
  | { do: 'roll-up' };

/** A local time: minutes after the beginning of a day that lies so many days after one on which clocks are put on or back. */
export interface When {
  spot: number;
  day: number;
  minute: number;
}

export interface Who {
  customer: number | null;
  visitor: number | null;
}

export interface EventOf {
  /** a place among those that were sent: it is sent again */
  again: number | null;
  type: string;
  who: Who;
  item: number | null;
  when: When;
  session: number | null;
  device: string | null;
  campaign: string | null;
  path: string | null;
  dwell: number;
  rating: number;
  results: number | null;
  topic: string | null;
}

export interface StatusOf {
  status: 'placed' | 'paid' | 'shipped' | 'delivered' | 'cancelled';
  minutesLater: number;
}

export interface OrderOf {
  again: number | null;
  who: Who;
  when: When;
  channel: string | null;
  store: string | null;
  shipping: string | null;
  fee: string | null;
  statuses: StatusOf[];
  lines: { item: number; quantity: number; price: string; cost: string | null; listPrice: string | null }[];
}

export interface RefundOf {
  /** by its number; it may come later */
  order: number;
  lines: { item: number; quantity: number }[] | null;
  minutesLater: number;
  reason: string | null;
}

export interface CostOf {
  when: When;
  channel: string | null;
  campaign: string | null;
  amount: string;
  impressions: number | null;
  clicks: number | null;
}

export interface FigureOf {
  /** of which the month is meant */
  when: When;
  category: string | null;
  measure: string;
  whose: string;
  value: string;
}

export interface ItemChange {
  category?: string | null;
  brand?: string | null;
  cost?: string | null;
  is_product?: boolean;
}

export const customers = 4;
export const visitors = 4;
/** The last one is a service, and the one before nobody has told of: an order makes it, and its events wait until then. */
export const items = 6;
/** The last one is the day on which all of it is told. */
export const spots = 5;

/** Plain objects, so that what is shown of a shop is short. */
function record<Fields extends object>(
  fields: { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> },
): fc.Arbitrary<Fields> {
  return fc.record(fields, { noNullPrototype: true }) as fc.Arbitrary<Fields>;
}

/** null once in `freq` + 1 times. */
const perhaps = <Value>(arbitrary: fc.Arbitrary<Value>, freq = 1) => fc.option(arbitrary, { freq: freq + 1 });

/** Most of it happens within a few days of this year's changes of the clock, much of it around midnight, and some a year before. */
const when: fc.Arbitrary<When> = record({
  spot: fc.constantFrom(0, 1, 0, 1, 1, 2, 3, 4),
  day: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(0, 1, -1, 0) },
    { weight: 2, arbitrary: fc.integer({ min: -4, max: 5 }) },
    // Who has not bought for 90 days is lost.
    { weight: 1, arbitrary: fc.constantFrom(89, 90, 91) },
  ),
  minute: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(-29, -10, -1, 0, 5, 19, 20, 31, 50) },
    { weight: 2, arbitrary: fc.constantFrom(60, 90, 119, 120, 150, 179, 180, 210, 240) },
    { weight: 2, arbitrary: fc.integer({ min: 240, max: 1_400 }) },
  ),
});

const customer = fc.nat({ max: customers - 1 });
const visitor = fc.nat({ max: visitors - 1 });
const item = fc.nat({ max: items - 1 });
const who: fc.Arbitrary<Who> = fc.oneof(
  { weight: 3, arbitrary: record({ customer: fc.constant(null), visitor }) },
  { weight: 2, arbitrary: record({ customer, visitor }) },
  { weight: 2, arbitrary: record({ customer, visitor: fc.constant(null) }) },
);
const buyer: fc.Arbitrary<Who> = fc.oneof(
  { weight: 4, arbitrary: record({ customer, visitor: fc.constant(null) }) },
  { weight: 2, arbitrary: record({ customer, visitor }) },
  { weight: 1, arbitrary: record({ customer: fc.constant(null), visitor }) },
);

const again = perhaps(fc.nat({ max: 9 })).map((place) => (place !== null && place > 6 ? place : null));

const event: fc.Arbitrary<EventOf> = record({
  again,
  type: fc.oneof(
    { weight: 5, arbitrary: fc.constant('page_view') },
    { weight: 2, arbitrary: fc.constant('page_ping') },
    {
      weight: 7,
      arbitrary: fc.constantFrom(
        'view',
        'view',
        'click',
        'cart_add',
        'cart_add',
        'cart_remove',
        'search',
        'checkout_start',
      ),
    },
    { weight: 3, arbitrary: fc.constantFrom('impression', 'review', 'complaint', 'favourite', 'custom') },
  ),
  who,
  item: perhaps(item, 3),
  when,
  session: perhaps(fc.nat({ max: 2 })),
  device: perhaps(fc.constantFrom('desktop', 'mobile'), 2),
  campaign: perhaps(fc.constantFrom('spring', 'autumn')),
  path: perhaps(fc.constantFrom('/', '/coffee'), 3),
  dwell: fc.constantFrom(0, 5, 60, 600, 1_800, 4_000),
  rating: fc.integer({ min: 1, max: 5 }),
  results: perhaps(fc.constantFrom(0, 3)),
  topic: perhaps(fc.constantFrom('late', 'broken')),
});

const later = fc.constantFrom(0, 5, 25, 60, 300, 1_440, 2_900, 9_000);
const status: fc.Arbitrary<StatusOf> = record({
  status: fc.constantFrom('placed', 'paid', 'paid', 'shipped', 'delivered', 'cancelled'),
  minutesLater: later,
});

const order: fc.Arbitrary<OrderOf> = record({
  again,
  who: buyer,
  when,
  channel: perhaps(fc.constantFrom('web', 'app', 'store', 'phone'), 3),
  store: perhaps(fc.constantFrom('north', 'south')),
  shipping: perhaps(fc.constantFrom('3.90', '0.00')),
  fee: perhaps(fc.constantFrom('0.35')),
  statuses: fc.oneof(
    { weight: 2, arbitrary: fc.constant<StatusOf[]>([]) },
    { weight: 2, arbitrary: fc.array(status, { minLength: 1, maxLength: 3 }) },
  ),
  lines: fc.array(
    record({
      item,
      quantity: fc.constantFrom(1, 1, 2, 3, 1.5, 0.333),
      price: fc.constantFrom('10.00', '3.33', '0.005', '7.49', '100.00', '0.00'),
      cost: perhaps(fc.constantFrom('1.005', '0.00', '8.00')),
      listPrice: perhaps(fc.constantFrom('12.00', '100.00')),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});

const refund: fc.Arbitrary<RefundOf> = record({
  order: fc.nat({ max: 30 }),
  lines: fc.option(
    fc.array(record({ item: fc.nat({ max: 2 }), quantity: fc.constantFrom(1, 1, 0.5, 0.333) }), {
      minLength: 1,
      maxLength: 2,
    }),
    { freq: 3 },
  ),
  minutesLater: fc.constantFrom(0, 30, 1_440, 3_000, 10_000, 300_000),
  reason: perhaps(fc.constantFrom('damaged', 'late')),
});

const itemChange: fc.Arbitrary<ItemChange> = fc.record(
  {
    category: fc.constantFrom('Food > Coffee', 'Food > Tea', 'Toys', null),
    brand: fc.constantFrom('Alba', 'Brio', null),
    cost: fc.constantFrom('2.50', '0.333', null),
    is_product: fc.boolean(),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const cost: fc.Arbitrary<CostOf> = record({
  when,
  channel: perhaps(fc.constantFrom('search', 'social')),
  campaign: perhaps(fc.constantFrom('spring', 'autumn'), 2),
  amount: fc.constantFrom('12.00', '0.00', '3.33'),
  impressions: perhaps(fc.constantFrom(1_000, 0), 1),
  clicks: perhaps(fc.constantFrom(20, 0, 3), 1),
});

const figure: fc.Arbitrary<FigureOf> = fc
  .tuple(
    when,
    fc.constantFrom(null, null, 'Food', 'Food > Tea'),
    fc.constantFrom('sales', 'sales', 'units', 'users', 'price_index', 'items', 'shared_items'),
    fc.constantFrom('market', 'Alpha', 'Beta'),
    fc.constantFrom('10', '200', '99.5'),
  )
  .map(([when, category, measure, whose, value]) => ({ when, category, measure, whose, value }));

/** Kinds of steps to leave out, to look at the others. */
const without = new Set((process.env['HISTORY_WITHOUT'] ?? '').split(','));

const of = <Kind extends Step['do']>(kind: Kind, weight: number, fields: Record<string, fc.Arbitrary<unknown>>) => ({
  kind,
  weight,
  arbitrary: record({ do: fc.constant(kind), ...fields }) as fc.Arbitrary<Extract<Step, { do: Kind }>>,
});

const kinds = [
  of('events', 10, { events: fc.array(event, { minLength: 1, maxLength: 4 }) }),
  of('orders', 7, { orders: fc.array(order, { minLength: 1, maxLength: 2 }) }),
  of('status', 3, { order: fc.nat({ max: 30 }), statuses: fc.array(status, { minLength: 1, maxLength: 2 }) }),
  of('refund', 5, { refunds: fc.array(refund, { minLength: 1, maxLength: 2 }) }),
  of('item', 2, { item, change: itemChange }),
  of('customer', 2, { customer, registered: perhaps(when, 4) }),
  of('costs', 2, { costs: fc.array(cost, { minLength: 1, maxLength: 3 }) }),
  of('market', 2, { figures: fc.array(figure, { minLength: 1, maxLength: 4 }) }),
  of('stock', 3, { item, stock: fc.constantFrom(0, 0, 5, 12) }),
  of('wait', 2, { minutes: fc.constantFrom(17, 240, 790) }),
  of('files', 2, {
    events: fc.array(event, { minLength: 1, maxLength: 3 }),
    orders: fc.array(order, { minLength: 1, maxLength: 2 }),
  }),
  of('erase', 1, { customer }),
  of('redrive', 1, {}),
  of('roll-up', 4, {}),
];

const told = kinds.filter(({ kind }) => !without.has(kind));
export const steps: fc.Arbitrary<Step[]> = fc.array(fc.oneof(...told), { minLength: 8, maxLength: 34, size: 'max' });

/** Some steps, and at least one of every kind among them: none of what is touched goes unseen for chance. */
export const stepsOfEveryKind: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.array(fc.oneof(...told), { maxLength: 12, size: 'max' }),
    ...told.map(({ arbitrary }) => arbitrary as fc.Arbitrary<Step>),
  )
  .chain(([some, ...each]) => {
    const all = [...some, ...each];
    return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
  });
