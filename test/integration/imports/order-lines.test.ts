import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createTestImports, type TestImports } from '../../support/shops/imports.ts';
import { readColumn, readNumber, testNow } from '../../support/shops/intake.ts';

let shop: TestImports;
beforeAll(async () => {
  shop = await createTestImports(testNow);
});
afterAll(() => shop.drop());
beforeEach(() => shop.clear());

const header = 'order_id,item_id,title,quantity,occurred_at,unit_price,customer_id,country,currency';
const csv = (...lines: string[]) => `${[header, ...lines].join('\n')}\n`;
const count = (table: string) => readNumber(shop.database, `select count(*) from ${table}`);

describe('orders from lines', () => {
  test('rows of one order, wherever they stand, become its lines in the order of the file', async () => {
    const { status, report } = await shop.take(
      csv(
        'O1,A,Apple,2,2026-03-01 10:00:00,1.10,C1,DE,EUR',
        'O2,B,Bread,1,2026-03-01 11:00:00,3.005,,DE,EUR',
        'O1,C,Cheese,0.5,2026-03-01 09:59:00,20,C1,DE,EUR',
      ),
    );
    expect(status).toBe('finished');
    expect(report.rows).toEqual({ in: 3, facts: 3, quarantined: 0, merged: 0 });
    const orders = await shop.database.query(
      `select order_id, customer_id, occurred_at, total_minor from orders left join customers using (customer_key) order by 1`,
    );
    // Berlin is an hour before UTC in winter, and the order's time is that of its earliest row.
    expect(orders).toEqual([
      { order_id: 'O1', customer_id: 'C1', occurred_at: new Date('2026-03-01T08:59:00Z'), total_minor: 1220 },
      { order_id: 'O2', customer_id: null, occurred_at: new Date('2026-03-01T10:00:00Z'), total_minor: 301 },
    ]);
    const lines = await shop.database.query(
      `select order_id, line_number, item_id, quantity::float8, amount_minor from order_lines join orders using (order_key)
       join items using (item_key) order by order_id, line_number`,
    );
    expect(lines).toEqual([
      { order_id: 'O1', line_number: 1, item_id: 'A', quantity: 2, amount_minor: 220 },
      { order_id: 'O1', line_number: 2, item_id: 'C', quantity: 0.5, amount_minor: 1000 },
      { order_id: 'O2', line_number: 1, item_id: 'B', quantity: 1, amount_minor: 301 },
    ]);
    expect(report.corrected).toEqual({ earliest_time: 1 });
    expect(report.data_from).toBe('2026-03-01T08:59:00.000Z');
    expect(report.data_until).toBe('2026-03-01T23:00:00.000Z');
    expect(await readColumn(shop.database, 'select attributes from customers')).toEqual([{ country: 'DE' }]);
  });

  test('items are provisional, with the latest title and price; services are no products', async () => {
    await shop.take(
      csv(
        'O1,85123A,New,1,2026-03-02 10:00:00,2.50,C1,,',
        'O2,85123A,Old,1,2026-03-01 10:00:00,2.00,C1,,',
        'O2,POST,Postage,1,2026-03-01 10:00:00,5,C1,,',
        'O3,DCGS1,Bowl,1,2026-03-01 10:00:00,5,C1,,',
      ),
      { mapping: { services: { item_pattern: '^(?!\\d{5})(?!DCGS)' } } },
    );
    const items = await shop.database.query(
      'select item_id, title, price::float8, stock, provisional, is_product from items order by 1',
    );
    expect(items).toEqual([
      { item_id: '85123A', title: 'New', price: 2.5, stock: null, provisional: true, is_product: true },
      { item_id: 'DCGS1', title: 'Bowl', price: 5, stock: null, provisional: true, is_product: true },
      { item_id: 'POST', title: 'Postage', price: 5, stock: null, provisional: true, is_product: false },
    ]);
    await shop.take(
      csv('O4,85123A,Older,1,2026-02-01 10:00:00,1.00,C1,,', 'O5,DCGS1,Big bowl,1,2026-03-05 10:00:00,6,C1,,'),
    );
    expect(await readColumn(shop.database, `select title || ' ' || price::float8 from items order by item_id`)).toEqual(
      ['New 2.5', 'Big bowl 6', 'Postage 5'],
    );
    expect(shop.notices.filter(({ about }) => about === 'items')).not.toEqual([]);
  });

  test('each rule that refuses a row says so, and the raw row is kept', async () => {
    const { report } = await shop.take(
      csv(
        'O1,A,Apple,1,2026-03-01 10:00:00,1.10,C1,,',
        'O1,A,Apple,0,2026-03-01 10:00:00,1.10,C1,,',
        'O1,A,Apple,-1,2026-03-01 10:00:00,1.20,C1,,',
        'O2,A,Apple,1,2026-03-01 10:00:00,0,C1,,',
        'O1,A,Apple,1,2026-03-01 10:00:00,-1,C1,,',
        'O1,A,Apple,1,2026-03-01 10:00:00,1.10,C2,,',
        'O1,A,Apple,1,2026-03-01 10:00:00,1.10,C1,,USD',
        'O1,A,Apple,1,2026-08-01 10:00:00,1.10,C1,,',
        'O1,A,Apple,1,2026-02-30 10:00:00,1.10,C1,,',
        'O1,,Apple,1,2026-03-01 10:00:00,1.10,C1,,',
        ',A,Apple,1,2026-03-01 10:00:00,1.10,C1,,',
        'O1,A,Apple,1,,1.10,C1,,',
        'O1,A,Apple,many,2026-03-01 10:00:00,1.10,C1,,',
        'O1,A,Apple,1.0005,2026-03-01 10:00:00,1.10,C1,,',
        'O1,A,Apple',
      ),
    );
    expect(report.rows).toEqual({ in: 15, facts: 1, quarantined: 14, merged: 0 });
    expect(report.assessment).toMatchObject({ passed: true, uniqueness: 1, validity: 0.333333 });
    const kept = await shop.imports.listQuarantine({ limit: 100 });
    expect(kept.map(({ rowNumber, rules }) => `${rowNumber} ${rules}`).reverse()).toEqual([
      '2 quantity_zero',
      '3 quantity_negative',
      '4 price_zero',
      '5 price_negative',
      '6 mixed_order',
      '7 foreign_currency',
      '8 time_in_future',
      '9 unreadable',
      '10 no_product',
      '11 no_order',
      '12 no_time',
      '13 unreadable',
      '14 impossible_value',
      '15 unreadable',
    ]);
    expect(kept[0].raw).toEqual({ cells: ['O1', 'A', 'Apple'] });
    expect(kept[13].raw).toMatchObject({ order_id: 'O1', quantity: '0', occurred_at: '2026-03-01 10:00:00' });
    expect(await shop.imports.listQuarantine({ rule: 'price_zero', limit: 10 })).toHaveLength(1);
  });

  // Would see: what the shop said of its customers overwritten by a column of a file of orders.
  test('a country is filled in where none is known, and one that is known stays', async () => {
    await shop.recording.upsertCustomers([
      { customer_id: 'C1', attributes: { country: 'DE', size: 1 } },
      { customer_id: 'C2', attributes: { size: 2 } },
    ]);
    const row = (order: string, day: number, customer: string, country: string) =>
      `${order},A,,1,2026-03-0${day} 10:00:00,1,${customer},${country},`;
    await shop.take(csv(row('O1', 1, 'C1', 'FR'), row('O2', 2, 'C2', 'FR'), row('O3', 3, 'C2', 'IT')));
    await shop.take(csv(row('O4', 4, 'C2', 'ES'), row('O5', 4, 'C3', 'PT')));
    expect(await readColumn(shop.database, 'select attributes from customers order by customer_id')).toEqual([
      { country: 'DE', size: 1 },
      { country: 'IT', size: 2 },
      { country: 'PT' },
    ]);
  });

  test('. and .. are no ids of a file either', async () => {
    const row = (order: string, item: string, customer: string) =>
      `${order},${item},,1,2026-03-01 10:00:00,1,${customer},,`;
    const { report } = await shop.take(
      csv(row('.', 'A', 'C1'), row('O1', '..', 'C1'), row('O2', 'A', '.'), row('O3', '...', 'C1')),
    );
    expect(report.rows).toEqual({ in: 4, facts: 1, quarantined: 3, merged: 0 });
    expect(report.detected).toMatchObject({ unreadable: 3 });
  });

  // Would see: a gift or a wholly discounted good lost, or an empty booking taken for a sale.
  test('what costs nothing beside other goods, at a list price or with a coupon is sold; an order of nothing else is not', async () => {
    const head = 'order_id,item_id,quantity,occurred_at,unit_price,customer_id,list_price,coupon_code';
    const { report } = await shop.take(
      [
        head,
        'O1,A,1,2026-03-01 10:00:00,2.50,C1,,',
        'O1,GIFT,1,2026-03-01 10:00:00,0.00,C1,,',
        'O2,A,1,2026-03-02 10:00:00,0,C1,2.50,',
        'O3,A,1,2026-03-03 10:00:00,0,C1,,FREE',
        'O4,A,1,2026-03-04 10:00:00,0,C1,0.00,',
        'O4,B,1,2026-03-04 10:00:00,0.00,C1,,',
        'CO1,GIFT,-1,2026-03-05 10:00:00,0.00,C1,,',
      ].join('\n'),
      { mapping: { cancellations: { order_prefix: 'C' } } },
    );
    expect(report.rows).toEqual({ in: 7, facts: 5, quarantined: 2, merged: 0 });
    expect(report.detected).toMatchObject({ price_zero: 6 });
    expect(report.output).toMatchObject({ quarantined_price_zero: 2, refund_links: 1 });
    // A gift's price is none of the item's.
    expect(
      await readColumn(
        shop.database,
        `select item_id || ' ' || coalesce(price::float8::text, '-') from items order by 1`,
      ),
    ).toEqual(['A 2.5', 'GIFT -']);
    expect(await readColumn(shop.database, 'select total_minor from orders order by order_id')).toEqual([250, 0, 0]);
  });

  test('a gift whose order comes later is sold when it is sent through again', async () => {
    await shop.take(csv('O1,GIFT,,1,2026-03-01 10:00:00,0,C1,,'));
    await shop.take(csv('O1,A,,1,2026-03-01 10:00:00,5,C1,,'));
    expect(await shop.imports.redrive({ rule: 'price_zero' })).toMatchObject({ in: 1, facts: 1 });
    expect(await count('order_lines')).toBe(2);
  });

  test('a row that names nobody belongs to the customer of its order', async () => {
    const { report } = await shop.take(csv('O1,A,,1,2026-03-01 10:00:00,1,,,', 'O1,B,,1,2026-03-01 10:00:00,1,C1,,'));
    expect(report.rows.facts).toBe(2);
    expect(report.corrected).toEqual({ order_customer: 1 });
    expect(
      await readColumn(shop.database, 'select customer_id from orders join customers using (customer_key)'),
    ).toEqual(['C1']);
  });

  test('a visitor beside the customer of an order is linked with them', async () => {
    await shop.take(
      'order_id,item_id,quantity,occurred_at,unit_price,customer_id,visitor_id\nO1,A,1,2026-03-01,1,C1,V1\n',
    );
    expect(await count('identity_links')).toBe(1);
  });
});

describe('twice is once', () => {
  const file = csv(
    'O1,A,Apple,2,2026-03-01 10:00:00,1.10,C1,,',
    'O1,A,Apple,2,2026-03-01 10:00:00,1.10,C1,,',
    'O1,B,Bread,0,2026-03-01 10:00:00,3,C1,,',
    'O2,B, Bread ,1,2026-03-01 11:00:00,3,C1,,',
  );

  test('the same file again is merged, row by row', async () => {
    const first = await shop.take(file);
    expect(first.report.rows).toEqual({ in: 4, facts: 2, quarantined: 1, merged: 1 });
    expect(first.report.corrected).toEqual({ trimmed: 1 });
    const state = async () => [
      await shop.database.query('select * from order_lines order by order_key, line_number'),
      await shop.database.query('select * from quarantine order by quarantine_id'),
    ];
    const before = await state();
    const second = await shop.take(file);
    expect(second.report.rows).toEqual({ in: 4, facts: 0, quarantined: 0, merged: 4 });
    expect(second.report.corrected).toEqual({});
    expect(await state()).toEqual(before);
  });

  test('the lines of a known order in another sequence are the same order; another quantity is a conflict', async () => {
    await shop.take(csv('O1,A,,2,2026-03-01 10:00:00,1.10,C1,,', 'O1,B,,1,2026-03-01 10:00:00,3,C1,,'));
    const turned = await shop.take(
      csv('O1,B,,1.0,2026-03-01 10:00:00,3.00,C1,,', 'O1,A,,2,2026-03-01T10:00:00+01:00,1.1,C1,,'),
    );
    expect(turned.report.rows).toEqual({ in: 2, facts: 0, quarantined: 0, merged: 2 });
    const other = await shop.take(
      csv('O1,A,,3,2026-03-01 10:00:00,1.10,C1,,', 'O9,A,,3,2026-03-01 10:00:00,1.10,C1,,'),
      { force: true },
    );
    expect(other.report.rows).toEqual({ in: 2, facts: 1, quarantined: 1, merged: 0 });
    expect(other.report.output).toMatchObject({ quarantined_order_conflict: 1 });
    expect(other.report.assessment.consistency).toBe(0.5);
  });

  test('an order that came by the API is the same order in a file', async () => {
    await shop.recording.recordOrders([
      {
        order_id: 'O"1\\ü😀',
        customer_id: 'C1',
        occurred_at: '2026-03-01T09:00:00Z',
        lines: [
          { item_id: '😀', quantity: 2, unit_price: '1.100' },
          { item_id: 'ﬀ', quantity: 0.5, unit_price: '0003' },
        ],
      },
    ]);
    const { report } = await shop.take(
      csv('"O""1\\ü😀",ﬀ,,0.5,2026-03-01 10:00:00,3,C1,,', '"O""1\\ü😀",😀,,2,2026-03-01 10:00:00,1.1,C1,,'),
    );
    expect(report.rows).toEqual({ in: 2, facts: 0, quarantined: 0, merged: 2 });
  });

  test('whoever was erased does not come back with the file', async () => {
    await shop.take(file);
    await shop.recording.eraseCustomer('C1');
    const again = await shop.take(file);
    expect(await readColumn(shop.database, 'select customer_id from customers')).toEqual([]);
    expect(again.report.rows.facts).toBe(0);
  });
});

describe('cancellations', () => {
  const sales = [
    'O1,A,,5,2026-03-01 10:00:00,2.00,C1,,',
    'O2,A,,3,2026-03-02 10:00:00,2.00,C1,,',
    'O3,A,,9,2026-03-09 10:00:00,2.00,C1,,',
  ];

  test('become refunds linked to the latest earlier sales of the same customer, item and price', async () => {
    const { report } = await shop.take(
      csv(
        ...sales,
        'CO4,A,,-4,2026-03-05 10:00:00,2.00,C1,,',
        'CO5,A,,-6,2026-03-06 10:00:00,2.00,C1,,',
        'CO6,A,,-1,2026-03-06 10:00:00,2.50,C1,,',
        'CO7,A,,-1,2026-03-06 10:00:00,2.00,C2,,',
        'CO8,A,,-1,2026-03-06 10:00:00,2.00,,,',
      ),
      { mapping: { cancellations: { order_prefix: 'C' } } },
    );
    expect(report.rows).toEqual({ in: 8, facts: 5, quarantined: 3, merged: 0 });
    expect(report.output).toMatchObject({
      refunds: 2,
      refund_lines: 2,
      refund_lines_linked_whole: 1,
      refund_lines_linked_in_part: 1,
      cancellations_unlinked: 2,
      cancellations_without_customer: 1,
      quarantined_refund_without_sale: 3,
    });
    const links = await shop.database.query(
      `select r.refund_id, o.order_id, k.quantity::int, k.amount_minor, l.unlinked_quantity::int as unlinked
       from refund_links k join refunds r using (refund_key) join orders o using (order_key)
       join refund_lines l using (refund_key, line_number) order by 1, 2 desc`,
    );
    expect(links).toEqual([
      { refund_id: 'CO4', order_id: 'O2', quantity: 3, amount_minor: 600, unlinked: 0 },
      { refund_id: 'CO4', order_id: 'O1', quantity: 1, amount_minor: 200, unlinked: 0 },
      { refund_id: 'CO5', order_id: 'O1', quantity: 4, amount_minor: 800, unlinked: 2 },
    ]);
    expect(report.corrected).toEqual({ cancellation: 2 });
    expect(
      await shop.database.query(
        `select row_number, field, before, after from corrections where rule = 'cancellation'
         and import_id = (select max(import_id) from imports) order by 1`,
      ),
    ).toEqual([
      { row_number: 4, field: 'quantity', before: '-4', after: '4' },
      { row_number: 5, field: 'quantity', before: '-6', after: '6' },
    ]);
  });

  test('are known by a negative quantity where the mapping says so, and take only what earlier refunds left', async () => {
    const mapping = { cancellations: 'negative-quantity' };
    await shop.take(csv(...sales), { mapping });
    await shop.recording.recordRefunds([
      { refund_id: 'R1', order_id: 'O2', occurred_at: '2026-03-03T10:00:00Z', lines: [{ item_id: 'A', quantity: 2 }] },
    ]);
    await shop.take(csv('O1,A,,-2,2026-03-05 10:00:00,2.00,C1,,'), { mapping });
    expect(
      await readColumn(
        shop.database,
        `select order_id || ' ' || quantity::int from refund_links join orders using (order_key) join refunds using (refund_key)
         where refund_id = 'O1' order by 1`,
      ),
    ).toEqual(['O1 1', 'O2 1']);
    const again = await shop.take(csv('O1,A,,-2,2026-03-05 10:00:00,2.00,C1,,'), { mapping });
    expect(again.report.rows).toEqual({ in: 1, facts: 0, quarantined: 0, merged: 1 });
  });
});

describe('without a preset', () => {
  const times = (id: number) => `2026-03-0${id} 10:00:00`;

  test('services are found by their code and title, told with counts, and a person may say otherwise', async () => {
    const file = csv(
      `O1,22423,CAKE STAND,1,${times(1)},2.00,C1,,`,
      `O1,POST,POSTAGE,1,${times(1)},18.00,C1,,`,
      `O2,POST,POSTAGE,1,${times(2)},18.00,C1,,`,
      `O2,23444,Next Day Carriage,1,${times(2)},15.00,C1,,`,
      `O2,85123,Carriage clock,1,${times(2)},15.00,C1,,`,
      `O3,G50,Gift card,1,${times(3)},50.00,C1,,`,
    );
    const { report } = await shop.take(file);
    expect(report.not_products).toEqual({
      items: 3,
      rows: 4,
      most_named: [
        { item_id: 'POST', title: 'POSTAGE', rows: 2 },
        { item_id: '23444', title: 'Next Day Carriage', rows: 1 },
        { item_id: 'G50', title: 'Gift card', rows: 1 },
      ],
    });
    expect(report.detected['not_a_product']).toBe(4);
    const unproductive = () =>
      readColumn(shop.database, 'select item_id from items where not is_product order by item_id');
    expect(await unproductive()).toEqual(['23444', 'G50', 'POST']);
    await shop.recording.upsertItems([
      { item_id: 'G50', is_product: true },
      { item_id: '22423', is_product: false },
    ]);
    expect(await unproductive()).toEqual(['22423', '23444', 'POST']);
    await shop.take('item_id,title,is_product\n23444,Next Day Carriage,yes\n', { kind: 'items' });
    await shop.take(file.replaceAll(/O(\d)/g, 'P$1').replaceAll('2026-03', '2026-04'));
    expect(await unproductive()).toEqual(['22423', 'POST']);
    await shop.recording.upsertItems([{ item_id: 'G50', is_product: null }]);
    expect(await unproductive()).toEqual(['22423', 'G50', 'POST']);
  });

  test('an item that the catalogue names anew is judged anew, and what a mapping calls a service stays one', async () => {
    await shop.take(csv(`O1,M,Manual,1,${times(1)},2.00,C1,,`, `O1,X1,Thing,1,${times(1)},2.00,C1,,`), {
      mapping: { services: { item_pattern: '^X' } },
    });
    const by = () => shop.database.query('select item_id, is_product, is_product_by from items order by 1');
    expect(await by()).toEqual([
      { item_id: 'M', is_product: true, is_product_by: null },
      { item_id: 'X1', is_product: false, is_product_by: 'mapping' },
    ]);
    await shop.recording.upsertItems([
      { item_id: 'M', title: 'Delivery' },
      { item_id: 'X1', title: 'Garden hose' },
    ]);
    expect(await by()).toMatchObject([{ is_product: false, is_product_by: 'words' }, { is_product: false }]);
    await shop.recording.upsertItems([{ item_id: 'M', title: 'Delivery van' }]);
    expect(await by()).toMatchObject([{ is_product: true, is_product_by: null }, { is_product: false }]);
  });

  test.each([
    ['no mapping', undefined],
    ['a mapping that knows cancellations by their order', { cancellations: { order_prefix: 'C' } }],
  ])('a quantity below zero is a return where an earlier sale explains it: %s', async (_, mapping) => {
    const file = csv(
      `O1,A,,5,${times(1)},2.00,C1,,`,
      `R1,A,,-2,${times(2)},2.00,C1,,`,
      `R2,A,,-1,${times(2)},2.50,C1,,`,
      `R3,A,,-1,${times(2)},2.00,C2,,`,
      `R4,B,,-1,${times(2)},2.00,C1,,`,
      `R5,A,,-1,${times(2)},2.00,,,`,
    );
    const { report } = await shop.take(file, { mapping });
    expect(report.rows).toEqual({ in: 6, facts: 2, quarantined: 4, merged: 0 });
    expect(report.detected).toMatchObject({ cancellation: 1, quantity_negative: 4, negative_quantity: 5 });
    expect(report.output).toMatchObject({ refunds: 1, quarantined_quantity_negative: 4 });
    expect(
      await shop.database.query(
        'select refund_id, quantity::int, amount_minor from refund_links join refunds using (refund_key)',
      ),
    ).toEqual([{ refund_id: 'R1', quantity: 2, amount_minor: 400 }]);
    const again = await shop.take(file, { mapping });
    expect(again.report.rows).toEqual({ in: 6, facts: 0, quarantined: 0, merged: 6 });
    // The sale that was missing comes, and the return is one.
    await shop.take(csv(`O2,B,,1,${times(1)},2.00,C1,,`), { mapping });
    expect(await shop.imports.redrive({ rule: 'quantity_negative' })).toMatchObject({
      in: 4,
      facts: 1,
      quarantined: 3,
    });
  });
});

describe('lines of an order that are equal', () => {
  const piece = 'O1,A,Apple,1,2026-03-01 10:00:00,1.10,C1,DE,EUR';

  test('are two with line ids of their own, and one without; a hundredth of merged rows is warned of', async () => {
    const told = await shop.take(
      `${header},line\n${piece},1\n${piece},2\n${piece},2\n${piece.replace('O1', 'O2')},1\n`,
      { columns: { line_id: 'line' } },
    );
    expect(told.report.rows).toEqual({ in: 4, facts: 3, quarantined: 0, merged: 1 });
    expect(told.report.warnings).not.toContainEqual(expect.objectContaining({ warning: 'many_duplicates' }));
    expect(await readColumn(shop.database, 'select total_minor from orders order by order_id')).toEqual([220, 110]);

    const others = Array.from({ length: 98 }, (_, id) =>
      piece.replace('O1,A', `P${id},B${id}`).replace('C1', `C${id}`),
    );
    const once = await shop.take(csv(...others, piece.replace('O1', 'O3'), piece.replace('O1', 'O3')));
    expect(once.report).toMatchObject({ rows: { in: 100, facts: 99, merged: 1 }, warnings: [] });
    const twice = await shop.take(csv(...others.slice(0, 97), ...Array(3).fill(piece.replace('O1', 'O4'))));
    expect(twice.report.warnings).toEqual([
      { warning: 'many_duplicates', message: expect.stringContaining('2 of 100 rows (2.0 %)') },
    ]);
  });

  test('are the order of two equal lines that the API has', async () => {
    await shop.recording.recordOrders([
      {
        order_id: 'O1',
        customer_id: 'C1',
        occurred_at: '2026-03-01T09:00:00Z',
        lines: [1, 2].map(() => ({ item_id: 'A', quantity: 1, unit_price: '1.10' })),
      },
    ]);
    const { report } = await shop.take(`${header},line_id\n${piece},1\n${piece},2\n`);
    expect(report.rows).toEqual({ in: 2, facts: 0, quarantined: 0, merged: 2 });
  });
});

describe('who it was', () => {
  const line = (order: number, customer: string) => `O${order},A,Apple,1,2026-03-01 10:00:00,1.10,${customer},DE,EUR`;
  const customers = () => readColumn(shop.database, 'select customer_id from customers order by 1');

  test('values that mean nobody are no customer, however they are written', async () => {
    const nobody = ['0', 'NULL', 'null', 'NaN', 'nan', 'None', 'N/A', '#N/A', '-', 'guest', 'GUEST', ' Anonymous '];
    const { report } = await shop.take(csv(...nobody.map((value, order) => line(order, value)), line(90, 'C1')));
    expect(report.rows.facts).toBe(nobody.length + 1);
    expect(report.detected).toMatchObject({ nobody: nobody.length, no_customer: nobody.length });
    expect(await customers()).toEqual(['C1']);
    await shop.take(csv(line(91, 'Laufkunde'), line(92, '0')), { mapping: { nobody: ['laufkunde'] } });
    expect(await customers()).toEqual(['0', 'C1']);
  });

  test('a whole number that was written as a decimal is the number, where the column has nothing else', async () => {
    const { report } = await shop.take(csv(line(1, '12347.0'), line(2, '12347'), line(3, '12348.0'), line(4, '')));
    expect(report.detected['whole_id']).toBe(2);
    expect(await customers()).toEqual(['12347', '12348']);
    await shop.take(csv(line(5, '7.0'), line(6, '7.1')));
    expect(await customers()).toEqual(['12347', '12348', '7.0', '7.1']);
    // A row that waits is read like its file.
    await shop.take(csv(line(7, '99.0'), `R8,Z,,-1,2026-03-02,1.10,12347.0,,`));
    await shop.take(csv(`O9,Z,,1,2026-03-01,1.10,12347,,`));
    expect(await shop.imports.redrive({ rule: 'quantity_negative' })).toMatchObject({ in: 1, facts: 1 });
  });

  test('an id that a spreadsheet has rounded is put aside', async () => {
    const { report } = await shop.take(
      csv(
        line(1, '4.00638E+12'),
        line(2, '4,0e+12').replace('4,0e+12', '"4,0e+12"'),
        line(3, '1E5'),
        line(4, 'C1').replace(',A,', ',4.0E+12,'),
      ),
    );
    expect(report.rows).toEqual({ in: 4, facts: 1, quarantined: 3, merged: 0 });
    expect(report.output).toMatchObject({ quarantined_destroyed_id: 3 });
    expect(report.unreadable).toMatchObject([
      { row: 1, field: 'customer_id', value: '(not shown)', expected: expect.stringContaining('spreadsheet') },
      { row: 2, field: 'customer_id' },
      { row: 4, field: 'item_id', value: '4.0E+12' },
    ]);
  });

  test('one customer with more than a fiftieth of the orders is warned of', async () => {
    const orders = (busy: number) =>
      Array.from({ length: 200 }, (_, order) => line(order, order < busy ? 'X' : `C${order}`));
    expect((await shop.take(csv(...orders(4)))).report.warnings).toEqual([]);
    await shop.clear();
    expect((await shop.take(csv(...orders(5)))).report.warnings).toEqual([
      {
        warning: 'one_customer',
        message: expect.stringContaining('5 of the 200 orders (2.5 %), for example in row 1'),
      },
    ]);
  });
});

describe('the gate', () => {
  test('a file that is mostly faulty is refused, and nothing of it is written', async () => {
    const content = csv(...Array.from({ length: 100 }, (_, row) => `O${row},A,,1,2026-03-01 10:00:00,${row % 2},C1,,`));
    const refused = await shop.take(content);
    expect(refused.status).toBe('refused');
    expect(refused.report).toMatchObject({
      rows: { in: 100, facts: 0, quarantined: 0, merged: 0, refused: 100 },
      data_from: null,
      data_until: null,
      assessment: { validity: 0.5, passed: false },
      detected: { price_zero: 50 },
    });
    expect([await count('orders'), await count('quarantine'), await count('items'), await count('customers')]).toEqual([
      0, 0, 0, 0,
    ]);
    expect(await shop.imports.readImport(refused.importId)).toMatchObject({
      status: 'failed',
      report: { assessment: { passed: false } },
    });
    expect((await shop.take(content, { force: true })).report.rows).toEqual({
      in: 100,
      facts: 50,
      quarantined: 50,
      merged: 0,
    });
  });
});

describe('files of all sorts', () => {
  const plain = csv('O1,Ä,Käse,1,2026-03-01 10:00:00,1,C1,,');
  const titles = () => readColumn<string>(shop.database, `select item_id || ' ' || title from items`);

  test.each([
    ['plain', Buffer.from(plain)],
    ['gzip', gzipSync(plain)],
    ['with a byte order mark', Buffer.from(`\ufeff${plain}`)],
    ['UTF-16 with a mark', Buffer.from(`\ufeff${plain}`, 'utf16le')],
    ['semicolons and CRLF', Buffer.from(plain.replaceAll(',', ';').replaceAll('\n', '\r\n'))],
    ['tabs', Buffer.from(plain.replaceAll(',', '\t'))],
    ['Latin-1', Buffer.from(plain, 'latin1')],
  ])('%s', async (_, content) => {
    const { report } = await shop.take(content);
    expect(report.rows.facts).toBe(1);
    expect(await titles()).toEqual(['Ä Käse']);
  });

  test('a cell of Latin-1 among UTF-8 is decoded and noted', async () => {
    const { report } = await shop.take(
      Buffer.concat([Buffer.from(plain), Buffer.from('O2,Ö,Möhre,1,2026-03-01,1,C1,,\n', 'latin1')]),
    );
    expect(await titles()).toEqual(['Ä Käse', 'Ö Möhre']);
    expect(report.corrected).toEqual({ decoded_latin1: 2 });
  });

  test('NDJSON with a line a row, numbers and other columns allowed', async () => {
    const rows = [
      {
        order: 'O1',
        item_id: 'A',
        quantity: 2,
        occurred_at: '2026-03-01T10:00:00Z',
        unit_price: 1.5,
        customer_id: 'C1',
        extra: {},
      },
      { order: 'O1', item_id: 'B', quantity: 1, occurred_at: '2026-03-01T10:00:00Z', unit_price: '2' },
    ];
    const { report } = await shop.take(`${rows.map((row) => JSON.stringify(row)).join('\n')}\n{"broken":\n`, {
      columns: { order_id: 'order' },
    });
    expect(report.rows).toEqual({ in: 3, facts: 2, quarantined: 1, merged: 0 });
    expect(await readColumn(shop.database, 'select total_minor from orders')).toEqual([500]);
  });

  test('mapping, time pattern, decimal comma and zone', async () => {
    await shop.take('Beleg;Artikel;Menge;Zeit;Preis\nO1;A;1,5;27.3.2026 09:30;1.234,50\n', {
      columns: { order_id: 'Beleg', item_id: 'Artikel', quantity: 'Menge', occurred_at: 'Zeit', unit_price: 'Preis' },
      mapping: { time_format: 'D.M.YYYY HH:mm', decimals: 'comma' },
      timeZone: 'America/New_York',
    });
    expect(await shop.database.query('select occurred_at, total_minor from orders')).toEqual([
      { occurred_at: new Date('2026-03-27T13:30:00Z'), total_minor: 185175 },
    ]);
  });

  test('the first cells that cannot be read are told, never whose they are', async () => {
    const german = (order: number) => `O${order},A,Apple,"1,5",22.09.2026 21:30,"5,92",${'C'.repeat(200)},DE,EUR`;
    const { report } = await shop.take(csv(...[1, 2, 3].map(german)));
    const comma = expect.stringMatching('a number such as 1234.5; .*say "decimals": "comma" in a mapping file');
    const pattern = expect.stringContaining('say "time_format": "D.M.YYYY H:mm" in a mapping file');
    const ofRow = (row: number) => [
      { row, field: 'quantity', value: '1,5', expected: comma },
      { row, field: 'unit_price', value: '5,92', expected: comma },
      { row, field: 'occurred_at', value: '22.09.2026 21:30', expected: pattern },
      { row, field: 'customer_id', value: '(not shown)', expected: expect.stringContaining('1 to 128 characters') },
    ];
    expect(report.unreadable).toEqual([1, 2, 3].flatMap(ofRow));
    const [last] = await shop.imports.listQuarantine({ limit: 1 });
    expect(last).toMatchObject({ rowNumber: 3, faults: ofRow(3).map(({ row: _, ...fault }) => fault) });
    const mapping = { decimals: 'comma' as const, time_format: 'DD.MM.YYYY HH:mm' };
    const named = csv('O1,A,Apple,"1,5",22.09.2025 21:30,"5,92",C1,DE,EUR');
    expect((await shop.take(named, { mapping })).report).toMatchObject({ rows: { facts: 1 }, unreadable: [] });
  });

  test('a NUL or half a character in any cell puts its row aside, whatever the kind of file', async () => {
    const half = Buffer.from([0xed, 0xa0, 0xbd]).toString('latin1');
    const rows = [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((at) =>
      ['\0', half].map((bad, index) => {
        const cells = [`O${at}${index}`, 'A', 'Apple', '1', '2026-03-01', '1', 'C1', 'DE', 'EUR'];
        cells[at] += bad;
        return cells.join(',');
      }),
    );
    const { report } = await shop.take(Buffer.from(csv(...rows, 'O1,A,Apple,1,2026-03-01,1,C1,DE,EUR'), 'latin1'), {
      force: true,
    });
    expect(report.rows).toEqual({ in: 19, facts: 1, quarantined: 18, merged: 0 });
    expect(report.unreadable!.map(({ row }) => row)).toEqual(rows.map((_, index) => index + 1));
    const line = {
      order_id: 'O2',
      item_id: 'A',
      quantity: 1,
      occurred_at: '2026-03-01',
      unit_price: 1,
      title: 'a\ud83d',
    };
    const more = await shop.take(
      `${JSON.stringify(line)}\n${JSON.stringify({ ...line, title: '\0' })}\nnull\n[1]\n{"a\n`,
    );
    expect(more.report.rows).toEqual({ in: 5, facts: 0, quarantined: 5, merged: 0 });
    expect(more.report.unreadable).toMatchObject([
      { row: 1, field: 'title', value: 'a\ufffd' },
      { row: 2, field: 'title', value: '\u2400' },
      { row: 3, field: 'row', expected: 'a JSON object on one line' },
      { row: 4, field: 'row' },
      { row: 5, field: 'row' },
    ]);
  });

  test('a row that is none is told with what would have been one', async () => {
    const { report } = await shop.take(csv('O1,A', 'O2,"A,Apple,1,2026-03-01,1,C1,DE,EUR', header, 'O1,,,,,,,,'));
    expect(report.unreadable).toMatchObject([
      { row: 1, field: 'row', expected: '9 cells, as the header has; here are 2' },
      { row: 2, field: 'row', expected: expect.stringContaining('a quote that is closed') },
      { row: 3, field: 'row', expected: expect.stringContaining('the header again') },
      { row: 4, field: 'item_id', value: '', expected: 'a value: the field is needed' },
      { row: 4, field: 'quantity' },
      { row: 4, field: 'unit_price' },
      { row: 4, field: 'occurred_at' },
    ]);
  });

  test('an empty file with a header is a finished import of nothing', async () => {
    const { status, report } = await shop.take(`${header}\n`);
    expect(status).toBe('finished');
    expect(report).toMatchObject({
      rows: { in: 0, facts: 0, quarantined: 0, merged: 0 },
      data_from: null,
      data_until: null,
    });
  });

  test.each([
    ['no file', { content: undefined }, 'file cannot be read: there is no'],
    ['a missing column', { content: 'order_id,item_id,quantity,unit_price\n' }, 'occurred_at has no column'],
    ['a column that is not there', { content: plain, columns: { title: 'Name' } }, 'title has no column Name'],
    ['a field that is none', { content: plain, columns: { colour: 'title' } }, 'mapping.columns.colour is not a field'],
    ['an unknown preset', { content: plain, preset: 'nothing' }, 'preset must be one of online-retail'],
    ['a faulty mapping', { content: plain, mapping: { decimals: 'dot', wrong: 1 } }, 'mapping.decimals'],
    ['an unknown zone', { content: plain, timeZone: 'Mars/Base' }, 'timeZone is not an IANA time zone'],
    ['gzip that breaks off', { content: gzipSync(plain.repeat(100)).subarray(0, 60) }, 'cannot be read'],
    ['nothing at all', { content: '' }, 'is empty'],
  ])('%s is refused with the field named', async (_, { content, ...options }, message) => {
    const file = content === undefined ? '/nowhere.csv' : await shop.write(content);
    const attempt = shop.imports.importFile({ kind: 'orders', file, ...options });
    await expect(attempt).rejects.toMatchObject({ code: 'invalid_request', message: expect.stringContaining(message) });
    expect(await count('orders')).toBe(0);
  });
});
