import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { csvLine } from '../../../src/formats/csv.ts';
import { createTestImports, type TestImports } from '../../support/shops/imports.ts';
import { readColumn, readNumber, testNow } from '../../support/shops/intake.ts';

let shop: TestImports;
beforeAll(async () => {
  shop = await createTestImports(testNow);
});
afterAll(() => shop.drop());
beforeEach(() => shop.clear());

const ndjson = (rows: object[]) => `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`;

describe('items', () => {
  const file = [
    'sku,title,category,price,stock,hidden,available_from,attributes.roast,updated_at',
    'I1, Coffee ,Food > Coffee,7.490,12,no,2026-01-01,dark,2026-02-01 10:00',
    'I2,Tea,Food > Tea,3,,yes,,,',
    'I2,Green tea,,,,,,,',
    'I3,Broken,,cheap,,,,,',
  ].join('\n');

  test('from CSV: cells become fields, an empty one is absent, rows of one item follow each other', async () => {
    const { report } = await shop.take(file, { kind: 'items', columns: { item_id: 'sku' } });
    expect(report.rows).toEqual({ in: 4, facts: 3, quarantined: 1, merged: 0 });
    expect(report.output).toEqual({ items: 3, quarantined_unreadable: 1 });
    expect(report.corrected).toEqual({ trimmed: 1 });
    expect(await shop.recording.readItem('I1')).toMatchObject({
      title: 'Coffee',
      category: 'Food > Coffee',
      price: '7.49',
      stock: 12,
      hidden: false,
      availableFrom: Date.parse('2025-12-31T23:00:00Z'),
      attributes: { roast: 'dark' },
      updatedAt: Date.parse('2026-02-01T09:00:00Z'),
      provisional: false,
    });
    expect(await shop.recording.readItem('I2')).toMatchObject({ title: 'Green tea', price: '3.00', hidden: true });
    const [kept] = await shop.imports.listQuarantine({ limit: 1 });
    expect(kept).toMatchObject({ kind: 'item', rowNumber: 4, raw: { item_id: 'I3', title: 'Broken', price: 'cheap' } });
    expect(shop.notices).not.toEqual([]);
  });

  // Would see: numbers read as one text, or of one way of writing them alone.
  test('embeddings come in a column, in the ways in which files write numbers', async () => {
    const cells = [
      '"[1, -0.5, 3.25e0]"',
      '1 -0.5 3.25',
      '"1,-.5,3.25"',
      '1;-0.5;+3.25',
      '"1, two, 3"',
      '"[1, 2]"',
      '',
      '"1, 2, 3,"',
    ];
    const { report } = await shop.take(['item_id,embedding', ...cells.map((cell, at) => `I${at},${cell}`)].join('\n'), {
      kind: 'items',
      columns: {},
    });
    expect(report.rows).toMatchObject({ facts: 5, quarantined: 3 });
    const numbers = await shop.database.query<{ item: string; hex: string }>(
      `select item_id as item, encode(numbers, 'hex') as hex from item_embeddings join items using (item_key) order by 1`,
    );
    // 1, -0.5 and 3.25 in single precision, the lowest byte first.
    const hex = '0000803f000000bf00005040';
    expect(numbers).toEqual(['I0', 'I1', 'I2', 'I3'].map((item) => ({ item, hex })));
    const lines = ndjson([{ item_id: 'I6', embedding: [4, 5, 6] }]);
    await shop.take(lines, { kind: 'items', columns: {} });
    expect((await shop.recording.readItem('I6')).embedding).toMatchObject({ length: 3 });
  });

  test('what a shop shows comes in columns, texts by language and offers by market in columns of their own', async () => {
    const wide = [
      'item_id,url,image_url,categories,parent_id,options.size,texts.de.title,texts.de.description,markets.at.price,markets.at.stock',
      'I1,https://shop.example/1,https://shop.example/1.jpg,Food > Coffee | Gifts,P1,M,Kaffee,Gemahlen,7.90,3',
      'I2,javascript:alert(1),,,,,,,,',
      'I3,https://shop.example:port/,,,,,,,,',
    ].join('\n');
    const { report } = await shop.take(wide, { kind: 'items', columns: {} });
    expect(report.output).toEqual({ items: 1, quarantined_unreadable: 2 });
    expect(report.unreadable).toMatchObject([{ row: 2, field: 'url' }]);
    expect(await shop.recording.readItem('I1')).toMatchObject({
      url: 'https://shop.example/1',
      imageUrl: 'https://shop.example/1.jpg',
      category: 'Food > Coffee',
      moreCategories: ['Gifts'],
      parentId: 'P1',
      options: { size: 'M' },
      texts: { de: { title: 'Kaffee', description: 'Gemahlen' } },
      markets: { at: { price: '7.9', stock: 3 } },
    });
    const lines = ndjson([{ item_id: 'I4', categories: ['A > B'], markets: { at: { price: 3.5, stock: 2 } } }]);
    await shop.take(lines, { kind: 'items', columns: {} });
    expect(await shop.recording.readItem('I4')).toMatchObject({ category: 'A > B', markets: { at: { price: '3.5' } } });
  });

  // Would see: an item whose id or title begins with a sign, and that comes back from a file of our own as another one.
  test('what an export wrote harmless is what it was', async () => {
    const rows = [
      ['=1+1', '-5 °C freezer'],
      ["'=1", 'Cable;+5 V'],
      ['@tea', 'O\'Neill\'s "best"'],
    ];
    const written = [['item_id', 'title'], ...rows].map(csvLine).join('');
    expect(written).toContain("'=1+1,'-5 °C freezer");
    await shop.take(written, { kind: 'items', columns: {} });
    for (const [itemId, title] of rows) expect(await shop.recording.readItem(itemId)).toMatchObject({ itemId, title });
    expect(await readNumber(shop.database, 'select count(*) from items')).toBe(rows.length);
  });

  test('the same file again tells nothing new', async () => {
    await shop.take(file.replace(/I2,Tea.*\n/, ''), { kind: 'items', columns: { item_id: 'sku' } });
    const { report } = await shop.take(file.replace(/I2,Tea.*\n/, ''), { kind: 'items', columns: { item_id: 'sku' } });
    expect(report.rows).toEqual({ in: 3, facts: 0, quarantined: 0, merged: 3 });
  });
});

describe('customers', () => {
  test('from NDJSON, with what the contract refuses in quarantine', async () => {
    const { report } = await shop.take(
      ndjson([
        { customer_id: 'C1', profiling_allowed: false, attributes: { country: 'DE' } },
        { customer_id: 'C2', attributes: { nested: { a: 1 } } },
        { customer_id: '' },
        { customer_id: 'C3', colour: 'red' },
        { customer_id: 'C4\u0000' },
      ]),
      { kind: 'customers' },
    );
    expect(report.rows).toEqual({ in: 5, facts: 1, quarantined: 4, merged: 0 });
    expect(await shop.database.query('select customer_id, profiling_allowed, attributes from customers')).toEqual([
      { customer_id: 'C1', profiling_allowed: false, attributes: { country: 'DE' } },
    ]);
  });
});

describe('orders with their lines', () => {
  test('one order a row of NDJSON goes the way of the API', async () => {
    const order = (id: string, price: string | number, quantity = 1) => ({
      order_id: id,
      customer_id: 'C1',
      occurred_at: '2026-03-01 10:00:00',
      lines: [{ item_id: 'A', quantity, unit_price: price }],
    });
    const file = ndjson([order('O1', 1.5), order('O2', '0'), order('O1', '1.50'), order('O1', '2'), { lines: [null] }]);
    const { report } = await shop.take(file);
    expect(report.rows).toEqual({ in: 5, facts: 1, quarantined: 3, merged: 1 });
    expect(report.detected).toMatchObject({ price_zero: 1, order_conflict: 1, unreadable: 1 });
    expect(
      await shop.database.query(
        'select order_id, occurred_at, total_minor, import_id is not null as imported from orders',
      ),
    ).toEqual([{ order_id: 'O1', occurred_at: new Date('2026-03-01T09:00:00Z'), total_minor: 150, imported: true }]);
    expect((await shop.take(file)).report.rows).toEqual({ in: 5, facts: 0, quarantined: 0, merged: 5 });
  });
});

test('what is said of an order of NDJSON is read like its other fields', async () => {
  const order = {
    order_id: 'O1',
    occurred_at: '2026-03-01 10:00:00',
    shipping: '3,90',
    statuses: [{ status: 'paid', occurred_at: '2026-03-01 10:05:00' }],
    lines: [{ item_id: 'A', quantity: 1, unit_price: '1,00', unit_cost: '0,25' }],
  };
  const odd = { ...order, order_id: 'O2', statuses: [{ status: 'lost', occurred_at: '2026-03-01' }] };
  const { report } = await shop.take(ndjson([order, odd]), { mapping: { decimals: 'comma' }, force: true });
  expect(report.rows).toEqual({ in: 2, facts: 1, quarantined: 1, merged: 0 });
  expect(report.unreadable).toMatchObject([{ row: 2, field: 'statuses' }]);
  // Berlin is an hour before UTC in winter.
  expect(
    await shop.database.query(
      'select shipping_minor, status, paid_at, unit_cost::float8 from orders join order_lines using (order_key)',
    ),
  ).toEqual([{ shipping_minor: 390, status: 'paid', paid_at: new Date('2026-03-01T09:05:00Z'), unit_cost: 0.25 }]);
});

describe('events', () => {
  const view = (id: number, more: object = {}) => ({
    event_id: `E${id}`,
    type: 'view',
    visitor_id: 'V1',
    item_id: 'A',
    occurred_at: new Date(Date.parse('2026-03-01T10:00:00Z') + id * 1000).toISOString(),
    ...more,
  });

  test('count once, wait for their item, and are written over months', async () => {
    await shop.recording.upsertItems([{ item_id: 'A', title: 'Apple' }]);
    const rows = [
      view(1),
      view(1),
      view(1, { position: 2 }),
      view(2, { item_id: 'unknown' }),
      view(3, { occurred_at: '2025-11-30T10:00:00Z' }),
      view(4, { occurred_at: '2026-07-02T10:00:00Z' }),
      view(5, { item_id: undefined }),
      view(6, { visitor_id: undefined }),
      { ...view(7), type: 'search', item_id: undefined, query: 'tea', occurred_at: '2026-06-01T10:00:00Z' },
    ];
    const { report } = await shop.take(ndjson(rows), { kind: 'events' });
    expect(report.rows).toEqual({ in: 9, facts: 3, quarantined: 4, merged: 2 });
    expect(report.output).toEqual({
      events: 3,
      quarantined_event_without_item: 1,
      quarantined_time_in_future: 1,
      quarantined_unknown_item: 1,
      quarantined_unreadable: 1,
    });
    expect(await readColumn(shop.database, 'select event_id from events order by 1')).toEqual(['E1', 'E3', 'E7']);
    const again = await shop.take(ndjson(rows), { kind: 'events' });
    expect(again.report.rows).toEqual({ in: 9, facts: 0, quarantined: 0, merged: 9 });
  });

  test('of a robot are kept aside, all of them, wherever in the file they stand', async () => {
    await shop.recording.upsertItems([{ item_id: 'A' }]);
    const at = (minute: number) => ({
      occurred_at: new Date(Date.parse('2026-03-01T10:00:00Z') + minute * 60_000).toISOString(),
    });
    const rows = Array.from({ length: 2_800 }, (_, id) => [
      ...(id % 4 === 0
        ? [view(id, { visitor_id: 'robot', ...at(1) })]
        : [view(id, { visitor_id: `V${id}`, ...at(1) })]),
    ]).flat();
    rows.push(view(9_000, { visitor_id: 'robot', ...at(99) }));
    // Nor is what they did without meaning it believed.
    rows.push(view(9_001, { type: 'impression', visitor_id: 'robot', ...at(99) }));
    rows.push(
      ...Array.from({ length: 700 }, (_, id) =>
        view(10_000 + id, { type: 'impression', visitor_id: 'reader', ...at(1) }),
      ),
    );
    const { report } = await shop.take(ndjson(rows), { kind: 'events' });
    expect(report.rows).toEqual({ in: 3_502, facts: 2_800, quarantined: 702, merged: 0 });
    expect(report.detected['robot']).toBe(702);
    expect(await readNumber(shop.database, `select count(*) from quarantine where visitor_id = 'robot'`)).toBe(702);
    // Nobody lets a robot in by asking for something else.
    expect(await shop.imports.redrive({})).toEqual({ in: 0, facts: 0, quarantined: 0, merged: 0 });
  });

  test('from CSV, a page by its columns', async () => {
    const columns = 'page.path,page.device,page.campaign.name,page.campaign.source,dwell_seconds,session_id';
    const rows = ['E1,page_view,V1,2026-03-01,/tea,mobile,spring,news,,S1', 'E2,page_view,V1,2026-03-01,/,phone,,,,'];
    const { report } = await shop.take(`event_id,type,visitor_id,occurred_at,${columns}\n${rows.join('\n')}\n`, {
      kind: 'events',
      force: true,
    });
    expect(report.rows).toEqual({ in: 2, facts: 1, quarantined: 1, merged: 0 });
    expect(report.unreadable).toMatchObject([
      { row: 2, field: 'page.device', value: '(not shown)', expected: 'one of desktop, mobile, tablet, other' },
    ]);
    expect(await shop.database.query('select session_id, path, device, campaign, page from events')).toEqual([
      { session_id: 'S1', path: '/tea', device: 'mobile', campaign: 'spring', page: { source: 'news' } },
    ]);
  });

  test('from CSV with times in seconds', async () => {
    await shop.recording.upsertItems([{ item_id: 'A' }]);
    const { report } = await shop.take('event_id,type,customer_id,item_id,ts,position\nE1,click,C1,A,1767225600,3\n', {
      kind: 'events',
      columns: { occurred_at: 'ts' },
      mapping: { time_format: 'unix' },
    });
    expect(report.rows.facts).toBe(1);
    expect(await shop.database.query('select occurred_at, list_position as position from events')).toEqual([
      { occurred_at: new Date('2026-01-01T00:00:00Z'), position: 3 },
    ]);
  });
});

describe('costs and market figures', () => {
  test('from CSV, once', async () => {
    const costs = 'Tag;channel;campaign;amount;clicks\n2026-03-01;search;spring;12,50;30\n2026-03-01;social;;3;\n';
    const options = { kind: 'costs', columns: { day: 'Tag' }, mapping: { decimals: 'comma', delimiter: ';' } } as const;
    const { report } = await shop.take(costs, options);
    expect(report.rows).toEqual({ in: 2, facts: 2, quarantined: 0, merged: 0 });
    expect((await shop.take(costs, options)).report.rows).toEqual({ in: 2, facts: 0, quarantined: 0, merged: 2 });
    expect(await shop.database.query('select channel, campaign, amount_minor, clicks from costs order by 1')).toEqual([
      { channel: 'search', campaign: 'spring', amount_minor: 1250, clicks: 30 },
      { channel: 'social', campaign: '', amount_minor: 300, clicks: null },
    ]);
    const figures = 'month,category,measure,value,source\n2026-02,Food,units,12000,panel\n2026-02,Food,rank,2,panel\n';
    const market = await shop.take(figures, { kind: 'market-figures', force: true });
    expect(market.report.rows).toEqual({ in: 2, facts: 1, quarantined: 1, merged: 0 });
    expect(market.report.unreadable).toMatchObject([{ row: 2, field: 'measure' }]);
  });
});

describe('every row that cannot be read is told with its field, its value and what would be right', () => {
  test.each([
    [
      'events',
      { event_id: 'E', type: 'look', visitor_id: 'V', occurred_at: '2026-03-01' },
      'type',
      'look',
      'one of view, click',
    ],
    [
      'events',
      { event_id: 'E', type: 'view', visitor_id: 'V', occurred_at: '1.3.2026 10:00' },
      'occurred_at',
      '1.3.2026 10:00',
      '"D.M.YYYY H:mm"',
    ],
    [
      'events',
      { event_id: 'E', type: 'view', occurred_at: '2026-03-01' },
      'customer_id',
      '',
      'customer_id or visitor_id',
    ],
    ['events', { event_id: 'E', type: 'view', visitor_id: 'V' }, 'occurred_at', '', 'is needed'],
    [
      'events',
      { event_id: 'E', type: 'search', visitor_id: 'V', occurred_at: '2026-03-01', query: 'a\0' },
      'query',
      '(not shown)',
      'without NUL',
    ],
    [
      'events',
      { event_id: 'E', type: 'view', visitor_id: 'V', occurred_at: '2026-03-01', position: 'x' },
      'position',
      'x',
      'a whole number',
    ],
    ['items', { item_id: 'I', price: '2,50' }, 'price', '2,50', '"decimals": "comma"'],
    ['items', { item_id: 'I', hidden: 'perhaps' }, 'hidden', 'perhaps', 'true or false'],
    ['items', { item_id: 'I', title: 'a\ud83d' }, 'title', 'a\ufffd', 'lone surrogates'],
    ['items', { item_id: 'I', colour: 'red' }, 'colour', 'red', 'no such field'],
    ['customers', { customer_id: 'C\0' }, 'customer_id', '(not shown)', 'without NUL'],
    [
      'customers',
      { customer_id: 'C', profiling_allowed: 'Ann Example' },
      'profiling_allowed',
      '(not shown)',
      'true or false',
    ],
    [
      'orders',
      { order_id: 'O', occurred_at: '2026-03-01', lines: [{ item_id: 'A', quantity: 1 }] },
      'lines',
      expect.any(String),
      'unit_price is needed',
    ],
  ] as const)('%s %j', async (kind, row, field, value, expected) => {
    const { report } = await shop.take(ndjson([row]), { kind });
    expect(report.rows).toEqual({ in: 1, facts: 0, quarantined: 1, merged: 0 });
    const fault = { field, value, expected: expect.stringContaining(expected) };
    expect(report.unreadable).toEqual([{ row: 1, ...fault }]);
    expect((await shop.imports.listQuarantine({ limit: 1 }))[0]).toMatchObject({ rowNumber: 1, faults: [fault] });
  });

  test('a file that is refused says how many rows it had, and not where its data ends', async () => {
    const rows = Array.from({ length: 200 }, (_, id) => ({
      event_id: `E${id}`,
      type: id < 100 ? 'look' : 'view',
      visitor_id: 'V',
      item_id: 'A',
      occurred_at: '2026-03-01',
    }));
    const { status, report } = await shop.take(ndjson(rows), { kind: 'events' });
    expect(status).toBe('refused');
    expect(report.rows).toEqual({ in: 200, facts: 0, quarantined: 0, merged: 0, refused: 200 });
    expect([report.data_from, report.data_until]).toEqual([null, null]);
    expect(report.unreadable).toHaveLength(100);
  });
});

test('who means nobody is nobody in events, customers and orders too, and whole numbers are whole', async () => {
  await shop.recording.upsertItems([{ item_id: 'A' }]);
  const event = (id: number, customer: unknown, visitor?: string) => ({
    event_id: `E${id}`,
    type: 'view',
    item_id: 'A',
    occurred_at: '2026-03-01',
    customer_id: customer,
    visitor_id: visitor,
  });
  const { report } = await shop.take(
    ndjson([event(1, 'NULL', 'V1'), event(2, '7.0', 'V2'), event(3, '8'), event(4, 'guest'), event(5, '4.00638E+12')]),
    { kind: 'events' },
  );
  expect(report.rows).toEqual({ in: 5, facts: 3, quarantined: 2, merged: 0 });
  expect(report.detected).toMatchObject({ nobody: 2, whole_id: 1, destroyed_id: 1 });
  expect(await readColumn(shop.database, 'select customer_id from customers order by 1')).toEqual(['7', '8']);
  const people = await shop.take(ndjson([{ customer_id: 'anonymous' }, { customer_id: 'C1' }]), { kind: 'customers' });
  expect(people.report.rows).toEqual({ in: 2, facts: 1, quarantined: 1, merged: 0 });
  const order = { order_id: 'O1', customer_id: '0', occurred_at: '2026-03-01' };
  await shop.take(ndjson([{ ...order, lines: [{ item_id: 'A', quantity: 1, unit_price: '1' }] }]));
  expect(await readColumn(shop.database, 'select customer_key from orders')).toEqual([null]);
});
