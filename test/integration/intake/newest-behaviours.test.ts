import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/random.ts';
import type { Transaction } from '../../../src/db/index.ts';
import { createCommit } from '../../../src/intake/commit.ts';
import { expireEvents } from '../../../src/intake/events/partitions.ts';
import { recordEvents } from '../../../src/intake/events/record-events.ts';
import { loadCustomerStates } from '../../../src/intake/fact-queries/states/states.ts';
import { selectCustomerStates } from '../../../src/intake/fact-queries/states/store.ts';
import { forgetChanged } from '../../../src/intake/newest-behaviours/forget.ts';
import { renewNewestBehaviours } from '../../../src/intake/newest-behaviours/renew.ts';
import { announceRows, insertRows } from '../../../src/intake/newest-behaviours/store.ts';
import type { EventElement } from '../../../src/intake/request-elements.ts';
import { BookOfFacts, cancelledAt, leftPieces } from '../../support/books/book-of-facts.ts';
import { ZoneCalendar } from '../../support/books/zone-calendar.ts';
import { sized, usually } from '../../support/jest/thorough.ts';
import { createTestIntake, readColumn, readNumber, type TestIntake } from '../../support/shops/intake.ts';
import { behavioursIn } from '../../support/shops/told-behaviours.ts';
import { until } from '../../support/shops/training-shop.ts';

let intake: TestIntake;
let itemIds: Map<number, string>;
const items = ['I1', 'I2', 'I3', 'I4', 'I5'];
const minute = 60_000;
const day = 1_440 * minute;

beforeAll(async () => {
  intake = await createTestIntake(undefined, () => new Date());
});
afterAll(() => intake.drop());
beforeEach(async () => {
  await intake.clear();
  await intake.database.query('truncate newest_behaviours, newest_behaviours_bound');
  await intake.recording.upsertItems(items.map((item_id) => ({ item_id })));
  const rows = await intake.database.query<{ item_key: number; item_id: string }>(
    'select item_key, item_id from items',
  );
  itemIds = new Map(rows.map((row) => [row.item_key, row.item_id]));
});

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
const isRow = (customerId: string) =>
  readNumber(
    intake.database,
    'select count(*) from newest_behaviours join customers using (customer_key) where customer_id = $1',
    [customerId],
  );
/** What lists are made of, as they get it: from the row and what came after it, or else from the facts. */
async function told(customerIds: string[]): Promise<Record<string, string[]>> {
  const states = await loadCustomerStates(intake.database, customerIds);
  return Object.fromEntries(
    Array.from(states.values(), (state) => [
      state.customerId,
      behavioursIn(state).map(
        ({ type, itemKey, occurredAt }) => `${type} ${itemIds.get(itemKey)} ${occurredAt.toISOString()}`,
      ),
    ]),
  );
}

/** The rule in plain words: the newest 50 of what somebody meant to do with items, and of what they bought, newest first. */
function newestIn(book: BookOfFacts, customer: string): string[] {
  const meant = ['view', 'click', 'favourite', 'unfavourite', 'cart_add', 'cart_remove', 'review'];
  const isTheirs = (named: string | null, visitor: string | null, at: number) =>
    named === customer || (named === null && visitor !== null && book.whoWas(visitor, at) === customer);
  const done: { at: number; what: string }[] = [];
  for (const event of book.events.values()) {
    if (!isTheirs(event.customer_id ?? null, event.visitor_id ?? null, event.at)) continue;
    if (event.item_id !== undefined && meant.includes(event.type))
      done.push({ at: event.at, what: `${event.type} ${event.item_id}` });
  }
  for (const sale of book.sales.values()) {
    if (!isTheirs(sale.customer, sale.visitor, sale.at)) continue;
    for (const line of sale.lines) {
      const isBack = cancelledAt(sale) !== null || leftPieces(line) <= 0;
      done.push({ at: sale.at, what: `${isBack ? 'returned' : 'purchase'} ${line.item}` });
    }
  }
  // A sort keeps the order of an order's lines.
  return done
    .sort((a, b) => b.at - a.at)
    .slice(0, 50)
    .map(({ at, what }) => `${what} ${new Date(at).toISOString()}`);
}

describe.each(sized([1], [1, 2, 3]))('random histories, seed %i', (seed) => {
  test('rows and what came after them are what the book has', async () => {
    const random = seededRandom(seed);
    const below = (limit: number) => Math.floor(random() * limit);
    const pick = <Value>(values: readonly Value[]) => values[below(values.length)];
    const book = new BookOfFacts(new ZoneCalendar('UTC'), Date.now);
    const { recording, database } = intake;
    const customers = ['C1', 'C2', 'C3', 'C4'];
    const erased = 'C4';
    // One of them has more than are told.
    const busier = ['C1', 'C1', 'C1', ...customers];
    let number = 0;
    const moments = new Set<number>();
    // No two facts of one moment: of such the order is the service's own.
    const moment = () => {
      let at = Date.now() - 1_000 - (random() < 0.5 ? below(20 * minute) : below(70 * day));
      while (moments.has(at)) at--;
      moments.add(at);
      return new Date(at).toISOString();
    };
    // Who is erased shares no visitor: what becomes of those is the matter of other tests.
    const person = () => {
      const customer = random() < 0.65 ? pick(busier) : undefined;
      const visitor = (customer ?? pick(customers)) === erased ? `W${below(2)}` : `V${below(5)}`;
      return {
        ...(customer && { customer_id: customer }),
        ...((!customer || random() < 0.4) && { visitor_id: visitor }),
      };
    };
    const types = ['view', 'click', 'favourite', 'cart_add', 'cart_remove', 'impression', 'search'] as const;
    const newEvent = (): EventElement => {
      const type = pick(types);
      const item = type === 'search' ? { query: 'tea' } : { item_id: pick(items) };
      return { event_id: `E${++number}`, type, occurred_at: moment(), ...person(), ...item };
    };
    const accepted = <Element>({ verdicts }: { verdicts: { status: string }[] }, elements: Element[]) =>
      elements.filter((_, place) => verdicts[place].status === 'accepted');
    const events: EventElement[] = [];
    const steps: [number, () => Promise<void>][] = [
      [
        40,
        async () => {
          const batch = Array.from({ length: 1 + below(12) }, () =>
            random() < 0.1 && events.length > 0 ? pick(events) : newEvent(),
          );
          for (const event of accepted(await recording.recordEvents(batch), batch)) {
            book.event(event as never);
            events.push(event);
          }
        },
      ],
      [
        12,
        async () => {
          const lines = Array.from({ length: 1 + below(3) }, () => ({
            item_id: pick(items),
            quantity: 2,
            unit_price: '1.00',
          }));
          const batch = [{ order_id: `O${++number}`, occurred_at: moment(), ...person(), lines }];
          for (const order of accepted(await recording.recordOrders(batch), batch)) book.order(order);
        },
      ],
      [
        5,
        async () => {
          const sale = pick([...book.sales.values()]);
          if (!sale || sale.lines.some((line) => line.back.length > 0) || sale.statuses.size > 0) return;
          const part = random() < 0.5 ? { lines: [{ item_id: sale.lines[0].item, quantity: 1 + below(2) }] } : {};
          const refund = {
            refund_id: `R${++number}`,
            order_id: sale.id,
            occurred_at: new Date().toISOString(),
            ...part,
          };
          for (const one of accepted(await recording.recordRefunds([refund]), [refund])) book.refund(one);
        },
      ],
      [
        3,
        async () => {
          const sale = pick([...book.sales.values()].filter(({ customer, visitor }) => customer ?? visitor));
          if (!sale || sale.lines.some((line) => line.back.length > 0)) return;
          const order = {
            order_id: sale.id,
            occurred_at: new Date(sale.at).toISOString(),
            ...(sale.customer !== null && { customer_id: sale.customer }),
            ...(sale.visitor !== null && { visitor_id: sale.visitor }),
            lines: sale.lines.map(({ item }) => ({ item_id: item, quantity: 2, unit_price: '1.00' })),
            statuses: [{ status: 'cancelled' as const, occurred_at: new Date().toISOString() }],
          };
          for (const one of accepted(await recording.recordOrders([order]), [order])) book.order(one);
        },
      ],
      [
        1,
        async () => {
          if (!book.customers.has(erased)) return;
          await recording.eraseCustomer(erased);
          book.erase(erased);
        },
      ],
      [12, async () => void (await renewNewestBehaviours(database, { minutes: pick([0, 5, 30, 1_440, 43_200]) }))],
      [4, async () => void (await renewNewestBehaviours(database, { minutes: pick([0, 5]), oldestMs: 0 }))],
    ];
    const total = steps.reduce((sum, [weight]) => sum + weight, 0);
    let fromRows = 0;
    for (let step = 0; step < sized(70, 600); step++) {
      let place = below(total);
      for (const [weight, work] of steps) {
        if (place < weight) await work();
        place -= weight;
        if (place < 0) break;
      }
      const known = customers.filter((id) => book.customers.has(id));
      for (const id of known) fromRows += await isRow(id);
      const expected = Object.fromEntries(known.map((id) => [id, newestIn(book, id)]));
      expect({ step, ...(await told(customers)) }).toEqual({ step, ...expected });
    }
    // Else all of it might have been read from the facts.
    expect(fromRows).toBeGreaterThan(sized(40, 300));
  }, 300_000);
});

const view = (event_id: string, back: number, who: Partial<EventElement>): EventElement => ({
  ...{ event_id, type: 'view', item_id: 'I1', occurred_at: ago(back), ...who },
});
const c1 = { customer_id: 'C1' };

usually.describe('a row', () => {
  test('is what is told of before its moment, and is packed by its rule', async () => {
    const { recording, database } = intake;
    const at = Date.now() - 2 * day;
    await recording.recordEvents([{ ...view('E1', 0, c1), type: 'cart_add', occurred_at: new Date(at).toISOString() }]);
    expect(await renewNewestBehaviours(database)).toBe(1);
    const [row] = await readColumn<Buffer>(database, 'select behaviours from newest_behaviours');
    const [key] = [...itemIds].find(([, id]) => id === 'I1')!;
    // cart_add is number 4.
    const byHand = Buffer.from(`04${'0'.repeat(24)}`, 'hex');
    byHand.writeInt32BE(key, 1);
    byHand.writeBigInt64BE(BigInt(at), 5);
    expect(row.toString('hex')).toBe(byHand.toString('hex'));
    // Whoever reads the facts instead would not see it.
    await database.query(`update newest_behaviours set behaviours = set_byte(behaviours, 0, 0)`);
    expect(await told(['C1'])).toEqual({ C1: [`view I1 ${new Date(at).toISOString()}`] });
  });

  test('stays when something more is done, also by a visitor who signs in, and goes with what is older', async () => {
    const { recording, database } = intake;
    await recording.recordEvents([view('E1', 3 * day, c1), view('E2', 3 * day, { visitor_id: 'V2' })]);
    await renewNewestBehaviours(database);
    await recording.recordEvents([view('E3', 5 * minute, { visitor_id: 'V1' })]);
    await recording.recordEvents([
      view('E4', 4 * minute, { ...c1, visitor_id: 'V1' }),
      view('E5', minute, { visitor_id: 'V1' }),
    ]);
    const lines = [{ item_id: 'I2', quantity: 1, unit_price: '1.00' }];
    await recording.recordOrders([{ order_id: 'O1', occurred_at: ago(minute), ...c1, lines }]);
    await recording.recordEvents([view('E4', 4 * minute, c1), view('E1', 3 * day, c1)]);
    expect(await isRow('C1')).toBe(1);
    expect((await told(['C1']))['C1']).toHaveLength(5);
    // What V2 did three days ago is theirs from now on.
    await recording.recordEvents([view('E6', minute, { ...c1, visitor_id: 'V2' })]);
    expect(await isRow('C1')).toBe(0);
    expect((await told(['C1']))['C1']).toHaveLength(7);
  });

  test('goes when an order of before is edited', async () => {
    const { recording, database } = intake;
    const line = (item_id: string) => [{ item_id, quantity: 1, unit_price: '1.00' }];
    const order = { order_id: 'O1', occurred_at: ago(3 * day), ...c1 };
    await recording.recordOrders([{ ...order, updated_at: ago(3 * day), lines: line('I1') }]);
    await renewNewestBehaviours(database);
    // Beside something more that is bought, which alone would change nothing of before.
    const more = { order_id: 'O2', occurred_at: ago(minute), ...c1, lines: line('I3') };
    await recording.recordOrders([more, { ...order, updated_at: ago(minute), lines: line('I2') }]);
    expect((await told(['C1']))['C1']).toEqual([`purchase I3 ${more.occurred_at}`, `purchase I2 ${order.occurred_at}`]);
  });

  test('of who objects to profiling goes, and none is made', async () => {
    const { recording, database } = intake;
    await recording.recordEvents([view('E1', 3 * day, c1)]);
    await renewNewestBehaviours(database);
    await recording.upsertCustomers([{ ...c1, profiling_allowed: false }]);
    expect(await isRow('C1')).toBe(0);
    expect(await renewNewestBehaviours(database)).toBe(0);
  });

  test('goes with the events that are dropped, and not with what was bought as long ago', async () => {
    const { recording, database } = intake;
    await recording.recordEvents([view('E1', 1_500 * day, c1), view('E2', 3 * day, { customer_id: 'C2' })]);
    const lines = [{ item_id: 'I2', quantity: 1, unit_price: '1.00' }];
    await recording.recordOrders([{ order_id: 'O1', occurred_at: ago(1_500 * day), customer_id: 'C2', lines }]);
    await database.query(`update events set received_at = occurred_at`);
    await renewNewestBehaviours(database);
    expect((await told(['C1']))['C1']).toHaveLength(1);
    expect(await expireEvents(database, new Date(Date.now() - 800 * day))).toHaveLength(1);
    expect(await told(['C1', 'C2'])).toMatchObject({ C1: [], C2: [expect.anything(), expect.anything()] });
    expect([await isRow('C1'), await isRow('C2')]).toEqual([0, 1]);
  });
});

usually.describe('facts that come while rows are made', () => {
  const context = () => ({
    ...{ timeZone: 'UTC', currency: 'EUR', minorDigits: 2, eventRetentionDays: 730, now: new Date() },
  });
  const late = () => [view('E9', day, c1)];
  const gate = () => {
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    return { open, opened };
  };
  /** Records a late fact; `before` is awaited when it is stored and nobody knows of it, `after` before the commit. */
  function record(before: { stored: () => void; go: Promise<void> }, after: { said: () => void; go: Promise<void> }) {
    return intake.database.transaction(async (tx: Transaction) => {
      const changes = await recordEvents(tx, late(), context());
      before.stored();
      await before.go;
      await forgetChanged(tx, changes);
      after.said();
      await after.go;
    });
  }
  const now = Promise.resolve();
  const nothing = () => {};
  const keys = () => readColumn<number>(intake.database, 'select customer_key from customers');

  beforeEach(async () => {
    await intake.recording.recordEvents([view('E1', 3 * day, c1)]);
  });

  test('who looked before rows were announced is waited for', async () => {
    const { database } = intake;
    const [said, go] = [gate(), gate()];
    const recorded = record({ stored: nothing, go: now }, { said: said.open, go: go.opened });
    try {
      await said.opened;
      const made = renewNewestBehaviours(database);
      await until(async () => (await readNumber(database, 'select count(*) from newest_behaviours_bound')) > 0, 5_000);
      // Without waiting the row would be there by now, and would not know of what is stored.
      await Promise.race([made, sleep(200)]);
      go.open();
      await Promise.all([recorded, made]);
    } finally {
      go.open();
      await recorded;
    }
    expect(await isRow('C1')).toBe(1);
    expect((await told(['C1']))['C1']).toHaveLength(2);
  });

  test('a row that did not see them goes with them', async () => {
    const { database } = intake;
    const moment = await announceRows(database, 10);
    const [stored, go] = [gate(), gate()];
    const recorded = record({ stored: stored.open, go: go.opened }, { said: nothing, go: now });
    try {
      await stored.opened;
      const customerKeys = await keys();
      expect(await database.transaction((tx) => insertRows(tx, customerKeys, moment!))).toBe(1);
    } finally {
      go.open();
      await recorded;
    }
    expect((await told(['C1']))['C1']).toHaveLength(2);
  });

  test('a row waits for who has said so', async () => {
    const { database } = intake;
    const moment = await announceRows(database, 10);
    const [said, go] = [gate(), gate()];
    const recorded = record({ stored: nothing, go: now }, { said: said.open, go: go.opened });
    let made: Promise<number> | undefined;
    try {
      await said.opened;
      const customerKeys = await keys();
      made = database.transaction((tx) => insertRows(tx, customerKeys, moment!));
      const waiting = `select count(*) from pg_locks where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())`;
      await until(async () => (await readNumber(database, waiting)) > 0, 5_000);
    } finally {
      go.open();
      await Promise.all([recorded, made]);
    }
    expect(await isRow('C1')).toBe(1);
    expect((await told(['C1']))['C1']).toHaveLength(2);
  });

  test('commits say so', async () => {
    const { database } = intake;
    await renewNewestBehaviours(database);
    const commit = createCommit(database, 'UTC', undefined);
    await commit((tx) => recordEvents(tx, late(), context()));
    expect(await isRow('C1')).toBe(0);
    expect(await selectCustomerStates(database, ['C1'])).toHaveLength(1);
  });
});
