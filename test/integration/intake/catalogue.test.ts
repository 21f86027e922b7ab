import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Listener, listen, type Notice } from '../../../src/db/index.ts';
import { expirePrices, loadItems } from '../../../src/intake/catalogue/store.ts';
import { customerIdsOf, findCustomers } from '../../../src/intake/people/store.ts';
import { createTestIntake, readColumn, readNumber, type TestIntake } from '../../support/shops/intake.ts';

let intake: TestIntake;
beforeAll(async () => {
  intake = await createTestIntake();
});
beforeEach(() => intake.clear());
afterAll(() => intake.drop());

const statuses = (verdict: { verdicts: { status: string }[] }) => verdict.verdicts.map(({ status }) => status);

describe('upsertItems', () => {
  test('stores every field and gives it back', async () => {
    const verdict = await intake.recording.upsertItems([
      {
        item_id: 'I1',
        title: 'Coffee "\\\n☕',
        url: 'https://shop.example/coffee',
        image_url: 'https://shop.example/coffee.jpg',
        description: 'Ground "fine"',
        categories: ['Food > Coffee', 'Gifts'],
        gtin: '4006381333931',
        parent_id: 'P1',
        options: { weight: '500 g' },
        texts: { 'de-at': { title: 'Kaffee', description: 'Gemahlen', url: 'https://shop.example/de' } },
        markets: { at: { price: '7.9', stock: 0 } },
        brand: 'Alba',
        price: '7.5',
        list_price: '8.99',
        cost: '0.001',
        stock: 120,
        hidden: true,
        available_from: '2026-01-01T00:00:00+01:00',
        available_until: '2027-01-01T00:00:00Z',
        attributes: { roast: 'dark', organic: true, weight: 0.5, tags: ['a', 'b'] },
        embedding: [0.5, -2],
        updated_at: '2026-03-01T00:00:00Z',
      },
    ]);
    expect(verdict.counts).toEqual({ in: 1, facts: 1, quarantined: 0, merged: 0 });
    expect(await intake.recording.readItem('I1')).toEqual({
      itemKey: expect.any(Number),
      itemId: 'I1',
      title: 'Coffee "\\\n☕',
      url: 'https://shop.example/coffee',
      imageUrl: 'https://shop.example/coffee.jpg',
      description: 'Ground "fine"',
      embedding: { length: 2, digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
      category: 'Food > Coffee',
      moreCategories: ['Gifts'],
      gtin: '4006381333931',
      parentId: 'P1',
      options: { weight: '500 g' },
      texts: { 'de-AT': { title: 'Kaffee', description: 'Gemahlen', url: 'https://shop.example/de' } },
      markets: { at: { price: '7.9', stock: 0 } },
      brand: 'Alba',
      price: '7.50',
      listPrice: '8.99',
      cost: '0.001',
      stock: 120,
      hidden: true,
      availableFrom: Date.parse('2025-12-31T23:00:00Z'),
      availableUntil: Date.parse('2027-01-01T00:00:00Z'),
      attributes: { roast: 'dark', organic: true, weight: 0.5, tags: ['a', 'b'] },
      provisional: false,
      isProduct: true,
      isProductBy: null,
      updatedAt: Date.parse('2026-03-01T00:00:00Z'),
      toldAt: expect.any(Number),
    });
  });

  // Would see: a long text that is lost, or stays, when something else is told; a market that is null in the wrong way.
  test('descriptions and markets are kept while other things are told, and cleared by null', async () => {
    await intake.recording.upsertItems([
      { item_id: 'I1', description: 'long', texts: { de: { description: 'lang' } }, markets: { at: {} } },
      { item_id: 'I1', stock: 3 },
    ]);
    expect(await intake.recording.readItem('I1')).toMatchObject({
      description: 'long',
      texts: { de: { description: 'lang' } },
      markets: { at: {} },
    });
    await intake.recording.upsertItems([{ item_id: 'I1', description: null, texts: null, markets: null }]);
    expect(await intake.recording.readItem('I1')).toMatchObject({
      description: null,
      texts: {},
      markets: null,
      stock: 3,
    });
  });

  // Would see: an item that was sold out once and is never shown again; a count that is lost by who does not count.
  test('who says only whether there is some knows of none, and of some again, but no better than a count', async () => {
    const stockAfter = async (...elements: object[]) => {
      await intake.recording.upsertItems(elements.map((element) => ({ item_id: 'I1', ...element })));
      return (await intake.recording.readItem('I1')).stock;
    };
    expect(await stockAfter({ in_stock: true })).toBe(null);
    expect(await stockAfter({ in_stock: false })).toBe(0);
    expect(await stockAfter({ title: 'x' })).toBe(0);
    expect(await stockAfter({ in_stock: true })).toBe(null);
    expect(await stockAfter({ stock: 57 }, { in_stock: true })).toBe(57);
    expect(await stockAfter({ in_stock: false })).toBe(0);
    expect(await stockAfter({ in_stock: false, stock: 3 })).toBe(3);
    expect(await stockAfter({ in_stock: true, stock: 0 })).toBe(0);
  });

  test('an item that would hold too much is refused by its field, and stays as it was', async () => {
    const attributes = (from: number) =>
      Object.fromEntries(Array.from({ length: 50 }, (_, number) => [`a${from + number}`, 1]));
    const verdict = await intake.recording.upsertItems([
      { item_id: 'I1', attributes: attributes(0) },
      { item_id: 'I1', attributes: attributes(50) },
      { item_id: 'I1', attributes: attributes(100), price: '3' },
    ]);
    expect(statuses(verdict)).toEqual(['accepted', 'accepted', 'quarantined']);
    expect(verdict.verdicts[2]).toMatchObject({ faults: [{ field: '/attributes' }] });
    expect(await intake.recording.readItem('I1')).toMatchObject({ price: null });
    expect(await readNumber(intake.database, 'select count(*) from item_prices')).toBe(0);
  });

  test('an item known by nothing but its id is stored, once', async () => {
    expect(statuses(await intake.recording.upsertItems([{ item_id: 'I1' }, { item_id: 'I1' }]))).toEqual([
      'accepted',
      'merged',
    ]);
    expect(statuses(await intake.recording.upsertItems([{ item_id: 'I1' }]))).toEqual(['merged']);
  });

  test('elements of one id are applied in the order sent', async () => {
    const verdict = await intake.recording.upsertItems([
      { item_id: 'I1', stock: 1, title: 'a' },
      { item_id: 'I2', stock: 1 },
      { item_id: 'I1', stock: 2 },
      { item_id: 'I1', stock: 2 },
      { item_id: 'I1', title: null },
    ]);
    expect(statuses(verdict)).toEqual(['accepted', 'accepted', 'accepted', 'merged', 'accepted']);
    expect(await intake.recording.readItem('I1')).toMatchObject({ stock: 2, title: null });
  });

  test('ids are compared byte by byte', async () => {
    const ids = ['e\u0301', '\u00e9', 'A', 'a', ' a', 'a ', '{a,b}', '"', '\\', 'NULL', '\u{1f600}', '\uffee'];
    const verdict = await intake.recording.upsertItems(ids.map((item_id) => ({ item_id, title: item_id })));
    expect(verdict.counts.facts).toBe(ids.length);
    for (const id of ids) expect((await intake.recording.readItem(id)).title).toBe(id);
  });

  test('what cleaning refuses waits in quarantine with its rule, the rest is stored', async () => {
    const faulty = {
      item_id: 'I1',
      available_from: '2026-02-01T00:00:00Z',
      available_until: '2026-01-01T00:00:00Z',
    };
    const verdict = await intake.recording.upsertItems([faulty, { item_id: 'I2' }]);
    expect(statuses(verdict)).toEqual(['quarantined', 'accepted']);
    expect(verdict.verdicts[0].faults).toEqual([
      { rule: 'availability_reversed', field: '/available_until', message: expect.any(String) },
    ]);
    expect(await intake.database.query('select kind, rules, raw from quarantine')).toEqual([
      { kind: 'item', rules: ['availability_reversed'], raw: faulty },
    ]);
    await expect(intake.recording.readItem('I1')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('only what has changed is told', async () => {
    await intake.recording.upsertItems([{ item_id: 'I1' }, { item_id: 'I2' }]);
    const [first, second] = await readColumn<number>(intake.database, 'select item_key from items order by item_id');
    expect(intake.notices).toEqual([{ about: 'items', keys: [first, second] }]);
    await intake.recording.upsertItems([{ item_id: 'I1' }, { item_id: 'I2', hidden: true }]);
    expect(intake.notices[1]).toEqual({ about: 'items', keys: [second] });
    await intake.recording.upsertItems([{ item_id: 'I1' }]);
    expect(intake.notices).toHaveLength(2);
  });

  test('other instances hear of it', async () => {
    const heard: Notice[] = [];
    let listener: Listener | undefined;
    await new Promise<void>((connected, failed) => {
      const { connectionString, database } = intake;
      const options = { connectionString, schema: database.schema };
      listener = listen(options, { onNotice: (notice) => heard.push(notice), onConnect: connected, onError: failed });
    });
    await intake.recording.upsertItems([{ item_id: 'I1' }]);
    for (const deadline = Date.now() + 1_000; heard.length === 0 && Date.now() < deadline; ) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await listener!.close();
    expect(heard).toEqual(intake.notices);
  });

  test('many writers of the same items at once lose nothing and end', async () => {
    const ids = Array.from({ length: 50 }, (_, index) => `I${index}`);
    const writers = Array.from({ length: 8 }, (_, writer) =>
      intake
        .instance(writer)
        .upsertItems((writer % 2 ? ids : ids.toReversed()).map((item_id) => ({ item_id, attributes: { writer } }))),
    );
    for (const { counts } of await Promise.all(writers)) expect(counts).toMatchObject({ facts: 50, quarantined: 0 });
    expect(await readNumber(intake.database, 'select count(*) from items')).toBe(50);
  });

  test('known items take no number from the sequence of keys', async () => {
    await intake.recording.upsertItems([{ item_id: 'I1' }]);
    for (let turn = 0; turn < 5; turn++) await intake.recording.upsertItems([{ item_id: 'I1', stock: turn }]);
    await intake.recording.upsertItems([{ item_id: 'I2' }]);
    const [first, second] = await readColumn<number>(intake.database, 'select item_key from items order by item_key');
    expect(second - first).toBe(1);
  });
});

// Would see: prices kept for ever, or what was asked on the first days that are kept not known any more.
test('prices go that others took the place of before a time; the one of then stays, however old', async () => {
  for (const [item_id, month, price] of [
    ['I1', '01', '1'],
    ['I1', '02', '2'],
    ['I1', '03', '3'],
    ['I1', '05', '5'],
    ['I2', '01', '7'],
  ])
    await intake.recording.upsertItems([{ item_id, price, updated_at: `2026-${month}-01T00:00:00Z` }]);
  expect(await expirePrices(intake.database, new Date('2026-04-01T00:00:00Z'))).toBe(2);
  const kept = `select item_id || ' ' || trim_scale(item_prices.price) from item_prices join items using (item_key) order by 1`;
  expect(await readColumn(intake.database, kept)).toEqual(['I1 3', 'I1 5', 'I2 7']);
  expect(await expirePrices(intake.database, new Date('2026-05-01T00:00:00Z'))).toBe(1);
  expect(await readColumn(intake.database, kept)).toEqual(['I1 5', 'I2 7']);
});

describe('loadItems', () => {
  test('gives all or the asked ones, in the order of their keys', async () => {
    await intake.recording.upsertItems([
      { item_id: 'I1', price: '7.4900' },
      { item_id: 'I2', price: '0.001', stock: 0 },
      { item_id: 'I3' },
    ]);
    const all = await loadItems(intake.database);
    expect(all.map(({ itemId, price, stock }) => [itemId, price, stock])).toEqual([
      ['I1', '7.49', null],
      ['I2', '0.001', 0],
      ['I3', null, null],
    ]);
    const [, second, third] = all.map(({ itemKey }) => itemKey);
    expect(await loadItems(intake.database, [third, second])).toEqual(all.slice(1));
    expect(await loadItems(intake.database, [])).toEqual([]);
  });
});

describe('upsertCustomers', () => {
  test('stores what is told and keeps the rest', async () => {
    const { recording, database } = intake;
    await recording.upsertCustomers([{ customer_id: 'C1', attributes: { country: 'DE' }, profiling_allowed: false }]);
    expect(statuses(await recording.upsertCustomers([{ customer_id: 'C1', profiling_allowed: false }]))).toEqual([
      'merged',
    ]);
    await recording.upsertCustomers([{ customer_id: 'C1', attributes: { country: 'AT' } }, { customer_id: 'C2' }]);
    expect(
      await database.query('select customer_id, attributes, profiling_allowed from customers order by customer_id'),
    ).toEqual([
      { customer_id: 'C1', attributes: { country: 'AT' }, profiling_allowed: false },
      { customer_id: 'C2', attributes: {}, profiling_allowed: true },
    ]);
    const found = await findCustomers(database, ['C2', 'C1', 'C9']);
    expect([...found.keys()].sort()).toEqual(['C1', 'C2']);
    expect(found.get('C1')!.profilingAllowed).toBe(false);
    const key = found.get('C2')!.customerKey;
    expect(await customerIdsOf(database, [key, 999_999])).toEqual(new Map([[key, 'C2']]));
    expect(intake.notices.at(-1)).toEqual({ about: 'customers', keys: [found.get('C1')!.customerKey, key] });
  });

  test('a time in the future is refused, and the row is found by its customer', async () => {
    const { counts } = await intake.recording.upsertCustomers([
      { customer_id: 'C1', updated_at: '2027-01-01T00:00:00Z' },
    ]);
    expect(counts.quarantined).toBe(1);
    expect(await intake.database.query('select kind, customer_id from quarantine')).toEqual([
      { kind: 'customer', customer_id: 'C1' },
    ]);
  });
});
