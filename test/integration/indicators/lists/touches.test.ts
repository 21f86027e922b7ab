import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { seededRandom } from '../../../../models/random.ts';
import { replaceAttribution } from '../../../../src/indicators/attribution/touches/store.ts';
import { createRollUps } from '../../../../src/indicators/roll-ups/roll-up.ts';
import { eraseFromRecommendations } from '../../../../src/recommendations/index.ts';
import { attributePlainly, readAttribution } from '../../../support/data/plain-attribution.ts';
import { createTestIntake, type TestIntake, testNow } from '../../../support/shops/intake.ts';

const settings = { timeZone: 'Europe/Berlin', windowDays: 7 };
let shop: TestIntake;
beforeAll(async () => {
  shop = await createTestIntake(eraseFromRecommendations);
});
afterAll(() => shop.drop());
beforeEach(async () => {
  await shop.clear();
  await shop.database.query('truncate served_lists, list_credits, list_counts');
});

const listId = (number: number) => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
/** Noon of a day of June in Berlin, and hours after it. */
const june = (day: number, hours = 0) =>
  new Date(Date.UTC(2026, 5, day, 10) + Math.round(hours * 3_600_000)).toISOString();

/** A list as the log has it; customers, visitors and items by their ids. */
async function serve(number: number, at: string, to: { customer?: string; visitor?: string }, said: object = {}) {
  const { items, sources, rules, ...columns } = {
    items: ['tea', 'cup', 'pot'],
    sources: [1, 4, 2] as number[] | null,
    rules: null as (string | null)[] | null,
    ...{ placement: 'home', release: 1, arm: null, ...said },
  } as any;
  await shop.database.query(
    `insert into served_lists (list_id, customer_key, visitor_key, release_id, item_keys, served_at, placement, sources, rule_ids, arm)
     values ($1, (select customer_key from customers where customer_id = $2), (select visitor_key from visitors where visitor_id = $3),
       $4, (select array_agg(item_key order by place) from unnest($5::text[]) with ordinality as of (item_id, place) join items using (item_id)),
       $6, $7, $8, $9, $10)`,
    [
      listId(number),
      to.customer,
      to.visitor,
      columns.release,
      items,
      at,
      columns.placement,
      sources,
      rules,
      columns.arm,
    ],
  );
}

let facts = 0;
async function record(type: string, at: string, more: object) {
  const event = { event_id: `e${++facts}`, type, occurred_at: at, ...more } as never;
  const { counts } = await shop.recording.recordEvents([event]);
  expect(counts).toMatchObject({ facts: 1 });
}
async function order(order_id: string, at: string, person: object, ...lines: { item_id: string; list_id?: string }[]) {
  const told = lines.map((line) => ({ quantity: 1, unit_price: '5.00', ...line }));
  await shop.recording.recordOrders([{ order_id, occurred_at: at, ...person, lines: told } as never]);
}
async function prepare() {
  await shop.recording.upsertItems(['tea', 'cup', 'pot', 'jug'].map((item_id) => ({ item_id })) as never);
  await shop.recording.upsertCustomers(['ann', 'bob'].map((customer_id) => ({ customer_id })) as never);
}
const days = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, n) => `2026-06-${String(first + n).padStart(2, '0')}`);
const attribute = (of: readonly string[]) => shop.database.transaction((tx) => replaceAttribution(tx, of, settings));

/** Credits in short: order, item, touch of touches, kind, list. */
async function credits(): Promise<string[]> {
  const rows = await shop.database.query<{ told: string }>(
    `select concat_ws(' ', order_id, item_id, touch_number || '/' || touches, kind, ltrim(right(list_credits.list_id::text, 3), '0')) as told
     from list_credits join order_lines using (order_key, line_number) join orders using (order_key) join items using (item_key)
     order by order_id, line_number, touch_number`,
  );
  return rows.map(({ told }) => told);
}

describe('which lists a sale line came from, by hand', () => {
  test('the clicks of the week before, each list once, and last the one that the line names', async () => {
    await prepare();
    for (const number of [1, 2, 3]) await serve(number, june(1), { customer: 'ann' });
    await record('click', june(2), { customer_id: 'ann', item_id: 'tea', list_id: listId(2) });
    await record('click', june(3), { customer_id: 'ann', item_id: 'tea', list_id: listId(1) });
    await record('click', june(4), { customer_id: 'ann', item_id: 'tea', list_id: listId(2) });
    // Of another item, of a list without the item, and after the order.
    await record('click', june(4), { customer_id: 'ann', item_id: 'cup', list_id: listId(3) });
    await record('click', june(4), { customer_id: 'ann', item_id: 'jug', list_id: listId(3) });
    await record('click', june(5, 1), { customer_id: 'ann', item_id: 'tea', list_id: listId(3) });
    await order('o1', june(5), { customer_id: 'ann' }, { item_id: 'tea' }, { item_id: 'jug' });
    // The line's own list wins, also over a later click; its click is the same touch.
    await order('o2', june(5, 0.5), { customer_id: 'ann' }, { item_id: 'tea', list_id: listId(1) });
    await attribute(days(1, 6));
    expect(await credits()).toEqual([
      'o1 tea 1/2 click 1',
      'o1 tea 2/2 click 2',
      'o2 tea 1/2 click 2',
      'o2 tea 2/2 line 1',
    ]);
  });

  test('a click counts for seven days to the second', async () => {
    await prepare();
    await serve(1, june(1), { customer: 'ann' });
    await record('click', june(1), { customer_id: 'ann', item_id: 'tea', list_id: listId(1) });
    const late = (seconds: number) => new Date(Date.parse(june(8)) + seconds * 1_000).toISOString();
    await order('in', late(-1), { customer_id: 'ann' }, { item_id: 'tea' });
    await order('out', late(0), { customer_id: 'ann' }, { item_id: 'tea' });
    await attribute(days(8, 8));
    expect(await credits()).toEqual(['in tea 1/1 click 1']);
  });

  // Would see: a day that hangs on lists which the log forgets before the day is settled.
  test('a list counts for events for seven days after it was served, and for the lines that name it for fourteen', async () => {
    await prepare();
    await serve(1, june(1), { customer: 'ann' });
    await serve(2, june(2), { customer: 'ann' });
    await record('click', june(8), { customer_id: 'ann', item_id: 'tea', list_id: listId(1) });
    await record('click', june(8), { customer_id: 'ann', item_id: 'tea', list_id: listId(2) });
    await order('clicked', june(9), { customer_id: 'ann' }, { item_id: 'tea' });
    await order(
      'named',
      june(15),
      { customer_id: 'ann' },
      { item_id: 'cup', list_id: listId(1) },
      { item_id: 'pot', list_id: listId(2) },
    );
    await attribute(days(8, 15));
    expect(await credits()).toEqual(['clicked tea 1/1 click 2', 'named pot 1/1 line 2']);
    const { counts } = await readAttribution(shop.database);
    // The click on the list of 1 June is one without a list, on an item that the list of the 2nd had shown.
    expect(counts).toEqual(['["2026-06-08","home",1,"collaborative-filtering","",1,""] 0 1 0 1 0']);
  });

  test('a person is the customer, the visitor of the order, and who an event names beside the customer', async () => {
    await prepare();
    await serve(1, june(1), {});
    await record('click', june(2), { visitor_id: 'v1', item_id: 'tea', list_id: listId(1) });
    await record('click', june(2), { visitor_id: 'v2', item_id: 'tea', list_id: listId(1) });
    await order('by visitor', june(3), { visitor_id: 'v1' }, { item_id: 'tea' });
    await order('unknown', june(3), { customer_id: 'ann' }, { item_id: 'tea' });
    await record('view', june(4), { visitor_id: 'v2', customer_id: 'ann', item_id: 'pot' });
    await order('known', june(5), { customer_id: 'ann' }, { item_id: 'tea' });
    // What bob clicked on the browser that is ann's too is not hers.
    await serve(2, june(5), {});
    await record('click', june(5), { visitor_id: 'v2', customer_id: 'bob', item_id: 'cup', list_id: listId(2) });
    await order('not hers', june(6), { customer_id: 'ann' }, { item_id: 'cup' });
    await attribute(days(1, 6));
    expect(await credits()).toEqual(['by visitor tea 1/1 click 1', 'known tea 1/1 click 1']);
  });

  test('without list and click a list that showed the item assists, the last one; events likewise', async () => {
    await prepare();
    await serve(1, june(1), { customer: 'ann' }, { placement: 'home', arm: 'treatment' });
    await serve(
      2,
      june(2),
      { customer: 'ann' },
      { placement: 'cart', items: ['cup', 'tea'], sources: [4, 0], rules: ['3-2', null] },
    );
    // Nobody's list, of which an impression tells.
    await serve(3, june(1), {}, { placement: 'popular' });
    await record('impression', june(3), { customer_id: 'ann', item_id: 'pot', list_id: listId(3) });
    await record('click', june(4), { customer_id: 'ann', item_id: 'cup', list_id: listId(2) });
    await record('click', june(4), { customer_id: 'ann', item_id: 'tea' });
    await record('cart_add', june(4), { customer_id: 'ann', item_id: 'tea', list_id: listId(99) });
    await record('cart_add', june(4), { customer_id: 'bob', item_id: 'tea' });
    await order('o1', june(5), { customer_id: 'ann' }, { item_id: 'tea' }, { item_id: 'pot' }, { item_id: 'jug' });
    await attribute(days(1, 6));
    expect(await credits()).toEqual(['o1 tea 1/1 shown 2', 'o1 pot 1/1 shown 3']);
    const { counts } = await readAttribution(shop.database);
    expect(counts).toEqual([
      '["2026-06-03","popular",1,"popularity","",3,""] 1 0 0 0 0',
      '["2026-06-04","cart",1,"association-rules","3-2",1,""] 0 1 0 0 0',
      '["2026-06-04","cart",1,"repurchase","",2,""] 0 0 0 1 1',
    ]);
  });
});

test('a log that is kept for less than the window tells of the newest days all the same', async () => {
  await prepare();
  for (const [order_id, day] of [
    ['old', 20],
    ['new', 30],
  ] as const) {
    await serve(day, june(day), { customer: 'ann' });
    await record('click', june(day, 1), { customer_id: 'ann', item_id: 'tea', list_id: listId(day) });
    await order(order_id, june(day, 2), { customer_id: 'ann' }, { item_id: 'tea' });
  }
  const config = { ...settings, minorDigits: 2, listRetentionDays: 3 };
  await createRollUps({ db: shop.database, config, clock: () => testNow }).rollUp({ atOnce: true });
  expect(await credits()).toEqual(['new tea 1/1 click 30']);
});

// Would see: a day that is not counted anew though a fact of it, or of the week before, has come.
test('random facts, late ones too: what touched days count anew is what plain loops find', async () => {
  const config = { ...settings, minorDigits: 2, listRetentionDays: 60 };
  const { rollUp } = createRollUps({ db: shop.database, config, clock: () => testNow });
  await prepare();
  const random = seededRandom(41);
  const pick = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)];
  const items = ['tea', 'cup', 'pot', 'jug'];
  const person = () => {
    const customer_id = pick(['ann', 'bob', undefined]);
    const visitor_id = pick(['v1', 'v2', 'v3', ...(customer_id ? [undefined] : [])]);
    return { ...(customer_id && { customer_id }), ...(visitor_id && { visitor_id }) };
  };
  await record('view', june(1), { visitor_id: 'v1', item_id: 'tea' });
  await record('view', june(1), { visitor_id: 'v2', item_id: 'tea' });
  const time = () => june(1 + Math.floor(random() * 20), random() * 24);
  for (let number = 1; number <= 40; number++) {
    const chosen = items.filter(() => random() < 0.7);
    const to = pick([
      { customer: 'ann' },
      { customer: 'bob', visitor: 'v2' },
      { visitor: 'v1' },
      { visitor: 'v2' },
      {},
    ]);
    await serve(number, time(), to, {
      items: chosen.length > 0 ? chosen : ['tea'],
      sources: pick([null, [1, 4, 2, 0]]),
      rules: pick([null, ['1-2', null, '2-3', null]]),
      placement: pick(['home', 'cart', null]),
      release: pick([1, 2, null]),
      arm: pick(['treatment', 'holdout', null]),
    });
  }
  const list = () => (random() < 0.7 ? { list_id: listId(1 + Math.floor(random() * 42)) } : {});
  let seen = 0;
  for (let round = 0; round < 3; round++) {
    for (let n = 0; n < 60; n++) {
      const type = pick(['impression', 'click', 'click', 'cart_add', 'view']);
      await record(type, time(), { ...person(), item_id: pick(items), ...list() });
    }
    for (let n = 0; n < 15; n++) {
      const lines = items.filter(() => random() < 0.5).map((item_id) => ({ item_id, ...(random() < 0.3 && list()) }));
      await order(`r${round}-${n}`, time(), person(), ...(lines.length > 0 ? lines : [{ item_id: 'tea' }]));
    }
    await rollUp({ atOnce: true });
    const found = await readAttribution(shop.database);
    expect(found).toEqual(await attributePlainly(shop.database, settings));
    seen = found.credits.filter((row) => row.includes('"click"')).length;
  }
  expect(seen).toBeGreaterThan(20);
  await shop.recording.eraseCustomer('bob');
  await rollUp({ atOnce: true });
  const left = await readAttribution(shop.database);
  expect(left).toEqual(await attributePlainly(shop.database, settings));
  expect(left.credits.length).toBeGreaterThan(20);
});
