import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { BatchVerdict } from '../../../src/intake/batch/verdicts.ts';
import type {
  CustomerElement,
  EventElement,
  ItemElement,
  OrderElement,
  RefundElement,
} from '../../../src/intake/request-elements.ts';
import { createTestIntake, readNumber, type TestIntake } from '../../support/shops/intake.ts';

let intake: TestIntake;
beforeAll(async () => {
  intake = await createTestIntake();
});
afterAll(() => intake.drop());

/** Few ids, so that elements meet; some values that cleaning refuses. */
const id = (prefix: string) => fc.integer({ min: 1, max: 4 }).map((number) => `${prefix}${number}`);
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
const time = fc.constantFrom(
  '2026-05-01T00:00:00Z',
  '2026-06-01T00:00:00Z',
  '2026-06-15T00:00:00.123Z',
  '2026-06-30T23:59:59+02:00',
  '2026-12-31T00:00:00Z',
);
const price = fc.constantFrom('1', '2.50', '0.335', '0', '-1');
const quantity = fc.constantFrom(1, 2, 0.5, 0, -1, 0.0001);
const withoutUndefined = <Value extends object>(arbitrary: fc.Arbitrary<Value>) =>
  arbitrary.map(
    (value) => Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Value,
  );

const items: fc.Arbitrary<ItemElement> = withoutUndefined(
  fc.record({
    item_id: id('I'),
    title: maybe(fc.option(fc.string({ maxLength: 8, unit: 'grapheme' }))),
    price: maybe(fc.option(fc.constantFrom('1', '1.0', '2.5'))),
    stock: maybe(fc.option(fc.nat(3))),
    available_from: maybe(time),
    available_until: maybe(time),
    updated_at: maybe(time),
  }),
);
const customers: fc.Arbitrary<CustomerElement> = withoutUndefined(
  fc.record({
    customer_id: id('C'),
    profiling_allowed: maybe(fc.boolean()),
    attributes: maybe(fc.option(fc.dictionary(fc.constantFrom('a', 'b'), fc.nat(2)))),
    updated_at: maybe(time),
  }),
);
const events: fc.Arbitrary<EventElement> = withoutUndefined(
  fc.record({
    event_id: fc.integer({ min: 1, max: 30 }).map((number) => `E${number}`),
    type: fc.constantFrom('view' as const, 'search' as const, 'impression' as const),
    customer_id: maybe(id('C')),
    visitor_id: id('V'),
    item_id: maybe(id('I')),
    occurred_at: time,
  }),
);
const orders: fc.Arbitrary<OrderElement> = withoutUndefined(
  fc.record({
    order_id: fc.integer({ min: 1, max: 8 }).map((number) => `O${number}`),
    customer_id: maybe(id('C')),
    visitor_id: maybe(id('V')),
    occurred_at: time,
    currency: maybe(fc.constantFrom('EUR', 'EUR', 'EUR', 'USD')),
    lines: fc.array(fc.record({ item_id: id('I'), quantity, unit_price: price }), { minLength: 1, maxLength: 3 }),
  }),
);
const refunds: fc.Arbitrary<RefundElement> = withoutUndefined(
  fc.record({
    refund_id: fc.integer({ min: 1, max: 8 }).map((number) => `R${number}`),
    order_id: fc.integer({ min: 1, max: 8 }).map((number) => `O${number}`),
    occurred_at: time,
    lines: maybe(fc.array(fc.record({ item_id: id('I'), quantity }), { minLength: 1, maxLength: 2 })),
  }),
);
const batch = fc.oneof(
  fc.record({ kind: fc.constant('items' as const), elements: fc.array(items, { minLength: 1, maxLength: 12 }) }),
  fc.record({
    kind: fc.constant('customers' as const),
    elements: fc.array(customers, { minLength: 1, maxLength: 12 }),
  }),
  fc.record({ kind: fc.constant('events' as const), elements: fc.array(events, { minLength: 1, maxLength: 20 }) }),
  fc.record({ kind: fc.constant('orders' as const), elements: fc.array(orders, { minLength: 1, maxLength: 12 }) }),
  fc.record({ kind: fc.constant('refunds' as const), elements: fc.array(refunds, { minLength: 1, maxLength: 12 }) }),
);
type Batch = typeof batch extends fc.Arbitrary<infer Value> ? Value : never;

function send({ kind, elements }: Batch): Promise<BatchVerdict> {
  const { recording } = intake;
  if (kind === 'items') return recording.upsertItems(elements);
  if (kind === 'customers') return recording.upsertCustomers(elements);
  if (kind === 'events') return recording.recordEvents(elements);
  if (kind === 'orders') return recording.recordOrders(elements);
  return recording.recordRefunds(elements);
}

/** Two customers seen on a visitor at one moment, and then one of them long before: a link without any time ends there. */
const atOneMoment: Batch[] = [
  {
    kind: 'events',
    elements: [
      { event_id: 'E1', type: 'search', customer_id: 'C1', visitor_id: 'V1', occurred_at: '2026-06-15T00:00:00Z' },
    ],
  },
  {
    kind: 'events',
    elements: [
      { event_id: 'E2', type: 'search', customer_id: 'C2', visitor_id: 'V1', occurred_at: '2026-06-15T00:00:00Z' },
    ],
  },
  {
    kind: 'events',
    elements: [
      { event_id: 'E3', type: 'search', customer_id: 'C2', visitor_id: 'V1', occurred_at: '2026-05-01T00:00:00Z' },
    ],
  },
];

const count = (table: string) => readNumber(intake.database, `select count(*) from ${table}`);

test('rows are conserved over any batches, and sending all again adds nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 8 }), async (batches) => {
      await intake.clear();
      const facts = { items: 0, customers: 0, events: 0, orders: 0, refunds: 0 };
      for (const one of batches) {
        const { counts, verdicts } = await send(one);
        expect(counts.in).toBe(one.elements.length);
        expect(counts.facts + counts.quarantined + counts.merged).toBe(counts.in);
        expect(verdicts.map(({ index }) => index)).toEqual(one.elements.map((_, index) => index));
        for (const { status, faults } of verdicts) expect(faults !== undefined).toBe(status === 'quarantined');
        facts[one.kind] += counts.facts;
      }
      expect(await count('events')).toBe(facts.events);
      expect(await count('event_keys')).toBe(facts.events);
      expect(await count('orders')).toBe(facts.orders);
      expect(await count('refunds')).toBe(facts.refunds);
      const overdrawn = await readNumber(
        intake.database,
        `select count(*) from order_lines line, lateral (
           select coalesce(sum(quantity), 0) as quantity, coalesce(sum(amount_minor), 0) as amount from refund_links link
           where link.order_key = line.order_key and link.order_line_number = line.line_number) as undone
         where undone.quantity > line.quantity or undone.amount > line.amount_minor
            or (undone.quantity = line.quantity and undone.amount <> line.amount_minor)`,
      );
      expect(overdrawn).toBe(0);

      // Once more, because what waited for items or orders may pass now; after that nothing is new.
      const again = batches.filter(({ kind }) => kind === 'events' || kind === 'orders' || kind === 'refunds');
      for (const one of again) await send(one);
      const quarantined = await count('quarantine');
      for (const one of again) expect((await send(one)).counts.facts).toBe(0);
      expect(await count('quarantine')).toBe(quarantined);
    }),
    { numRuns: 400, examples: [[atOneMoment]] },
  );
});
