import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { projectPath } from '../../../src/project.ts';
import { contractFaults } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { createTestImports, type TestImports } from '../../support/shops/imports.ts';

const now = new Date('2026-03-01T12:00:00Z');
let service: TestService;
let shop: TestImports;
beforeAll(async () => {
  service = await createTestService({ clock: () => now, env: { PANNIER_TIME_ZONE: 'Europe/Berlin' } });
  shop = await createTestImports(now);
});
afterAll(async () => {
  await service.stop();
  await shop.drop();
});

async function preview(body: object): Promise<any> {
  const { status, json } = await service.ask('ingest', 'POST', '/v1/imports/previews', body);
  const contentType = status === 200 ? 'application/json' : 'application/problem+json';
  expect(contractFaults('previewImport', { status, contentType, headers: {}, text: '', json })).toEqual([]);
  return { status, ...json };
}

const lines = [
  'Bill;Article;Pieces;When;Price;Who;Note',
  // A naive time in Berlin's winter is an hour before UTC's.
  'O1;A1;2;14.02.2026 10:00;2,50;ann;x',
  'O1;A1;2;14.02.2026 10:00;2,50;ann;y',
  'O2;A2;0;14.02.2026 10:00;1;ann;',
  'O3;A2;1;14.02.2027 10:00;1;ann;',
  'O4;A2;one;14.02.2026 10:00;cheap;guest;',
  ';A2;1;14.02.2026 10:00;1;;',
  'R1;A1;-1;15.02.2026 10:00;2,50;ann;',
  'O5;A3',
].join('\n');
const mapping = {
  columns: {
    order_id: 'Bill',
    item_id: 'Article',
    quantity: 'Pieces',
    occurred_at: 'When',
    unit_price: 'Price',
    customer_id: 'Who',
  },
  time_format: 'DD.MM.YYYY HH:mm',
  decimals: 'comma',
};

// Would see: a preview that reads otherwise than an import does, or does not say which field is at fault.
test('order lines: what each row gives, or the field at fault', async () => {
  const found = await preview({ kind: 'orders', file: 'lines.csv', mapping, text: lines });
  expect(found).toMatchObject({ status: 200, format: 'csv', delimiter: ';', faults: [], has_more: false });
  expect(found.columns).toEqual([
    { column: 'Bill', field: 'order_id' },
    { column: 'Article', field: 'item_id' },
    { column: 'Pieces', field: 'quantity' },
    { column: 'When', field: 'occurred_at' },
    { column: 'Price', field: 'unit_price' },
    { column: 'Who', field: 'customer_id' },
    { column: 'Note', field: null },
  ]);
  const sale = {
    order_id: 'O1',
    item_id: 'A1',
    quantity: 2,
    unit_price: '2.50',
    line_amount: '5.00',
    occurred_at: '2026-02-14T09:00:00.000Z',
    customer_id: 'ann',
  };
  const [first, ...others] = found.rows;
  expect(first).toEqual({ row: 1, status: 'accepted', rules: [], faults: [], corrections: [], facts: sale });
  const told = others.map(({ row, status, rules, faults }: any) => [
    row,
    status,
    rules.join(),
    faults.map(({ field, value }: any) => `${field}=${value}`).join(),
  ]);
  expect(told).toEqual([
    [2, 'merged', '', ''],
    [3, 'quarantined', 'quantity_zero', 'quantity=null'],
    [4, 'quarantined', 'time_in_future', 'occurred_at=null'],
    [5, 'quarantined', 'unreadable', 'quantity=one,unit_price=cheap'],
    [6, 'quarantined', 'no_order', 'order_id='],
    [7, 'accepted', '', ''],
    [8, 'quarantined', 'unreadable', 'row='],
  ]);
  expect(found.rows[6].facts).toMatchObject({ is_refund: true, order_id: 'R1', quantity: 1, line_amount: '2.50' });
  expect(found.rows[7].faults[0].expected).toBe('7 cells, as the header has; here are 2');
  expect(found.counts).toEqual({ in: 8, facts: 2, quarantined: 5, merged: 1 });
});

// Would see: rows that are counted otherwise than the import of the same file counts them.
test('an import of the same file counts the same rows, and the preview has written nothing', async () => {
  const items = 'sku,title,price,stock\nA1, Coffee ,7.49,3\nA1, Coffee ,7.49,3\nA2,Tea,cheap,\nA3,"a ""b""",1,x\n';
  const columns = { item_id: 'sku' };
  const before = await shop.take(items, { kind: 'items', columns, force: true });
  const found = await preview({ kind: 'items', mapping: { columns }, text: items });
  expect(found.counts).toEqual(before.report.rows);
  expect(found.counts).toEqual({ in: 4, facts: 1, quarantined: 2, merged: 1 });
  expect(found.rows[0].facts).toEqual({ item_id: 'A1', title: 'Coffee', price: '7.49', stock: 3 });
  expect(found.rows[0].corrections).toEqual([{ field: 'title', rule: 'trimmed', before: ' Coffee ', after: 'Coffee' }]);
  expect(found.rows[3].faults).toEqual([{ field: 'stock', value: 'x', expected: 'a whole number' }]);
  const { rows } = { rows: await service.database.query('select 1 from imports union all select 1 from quarantine') };
  expect(rows).toEqual([]);
  expect((await service.ask('ingest', 'GET', '/v1/imports')).json.items).toEqual([]);
});

test('ids that a program wrote as decimals are whole, as in the import', async () => {
  const { rows } = await preview({ kind: 'items', text: 'item_id,title\n1.0,A\n2.0,B\n' });
  expect(rows.map(({ facts }: any) => facts.item_id)).toEqual(['1', '2']);
});

test('NDJSON: mapped names, unknown ones, and orders with their lines', async () => {
  const text = '{"sku":"A1","colour":"red"}\n{"sku":"A2"}\nnothing\n';
  const found = await preview({ kind: 'items', mapping: { columns: { item_id: 'sku' } }, text });
  expect(found).toMatchObject({ format: 'ndjson', delimiter: null });
  expect(found.columns).toEqual([
    { column: 'sku', field: 'item_id' },
    { column: 'colour', field: null },
  ]);
  expect(found.rows.map(({ status }: any) => status)).toEqual(['quarantined', 'accepted', 'quarantined']);
  expect(found.rows[0].faults[0]).toMatchObject({ field: 'colour', expected: 'no such field' });
  const order = {
    order_id: 'O1',
    occurred_at: '2026-02-01T10:00:00Z',
    lines: [{ item_id: 'A1', quantity: 0, unit_price: '1' }],
  };
  const [row] = (await preview({ kind: 'orders', text: JSON.stringify(order) })).rows;
  expect(row).toMatchObject({ rules: ['quantity_zero'], faults: [{ field: 'lines/0/quantity' }], facts: null });
});

// Would see: a page that cannot offer the columns to map.
test('a header without a needed column is told with its columns', async () => {
  const found = await preview({ kind: 'items', text: 'sku;title\nA1;Coffee\n' });
  expect(found).toMatchObject({ status: 200, rows: [], counts: { in: 0 } });
  expect(found.faults).toEqual([{ field: 'item_id', message: 'has no column: name it with a mapping' }]);
  expect(found.columns).toEqual([
    { column: 'sku', field: null },
    { column: 'title', field: 'title' },
  ]);
  expect((await preview({ kind: 'items', text: '' })).faults).toEqual([
    { field: 'file', message: 'is empty: not even a header' },
  ]);
});

const base64 = (bytes: Buffer) => ({ encoding: 'base64', text: bytes.toString('base64') });

// Would see: bytes that are taken for text otherwise than the import takes them.
test.each([
  ['a byte order mark', { text: '\ufeffitem_id,title\nA1,Öl' }],
  ['UTF-16', base64(Buffer.from('\ufeffitem_id,title\nA1,Öl', 'utf16le'))],
  ['Windows-1252', base64(Buffer.from('item_id,title\nA1,Öl', 'latin1'))],
  ['quotes over lines', { text: 'item_id,title\r\nA1,"Öl"\r\n' }],
])('%s', async (_, file) => {
  const { rows } = await preview({ kind: 'items', ...file });
  expect(rows.map(({ facts }: any) => facts)).toEqual([{ item_id: 'A1', title: 'Öl' }]);
});

test('hostile cells are refused by their field, and shown short', async () => {
  const long = 'x'.repeat(64 * 1024);
  const text = `item_id,title,price\nA\0,Coffee,1\nA2,${long},1\nA3,"open,1\nA4,Tea,1\n"${long}`;
  const { rows } = await preview({ kind: 'items', ...base64(Buffer.from(text)) });
  const told = rows.map(({ row, status, faults }: any) => [row, status, faults[0]?.field]);
  expect(told).toEqual([
    [1, 'quarantined', 'item_id'],
    [2, 'quarantined', 'title'],
    [3, 'quarantined', 'row'],
    [4, 'accepted', undefined],
    [5, 'quarantined', 'row'],
  ]);
  expect(rows[0].faults[0].value).toBe('A\u2400');
  expect(rows[1].faults[0].value).toBe('x'.repeat(400));
});

test('of a beginning the cut line is left out; rows beyond the limit are counted', async () => {
  const text = `item_id,title\n${Array.from({ length: 1_200 }, (_, n) => `A${n},T\n`).join('')}A9999,cu`;
  const found = await preview({ kind: 'items', text, is_cut: true, limit: 2 });
  expect(found).toMatchObject({ has_more: true, counts: { in: 1_000, facts: 1_000, quarantined: 0, merged: 0 } });
  expect(found.rows).toHaveLength(2);
  const cut = { kind: 'items', text: 'item_id,title\nA1,T\nA2', is_cut: true };
  expect((await preview(cut)).counts).toMatchObject({ in: 1 });
  expect((await preview({ ...cut, is_cut: false })).counts).toMatchObject({ in: 2, quarantined: 1 });
});

// Would see: a preview that reads gigabytes of nothing out of a few kilobytes.
test('a packed beginning that unpacks to very much is refused by its field', async () => {
  const packed = (text: string) => ({ kind: 'items', text: gzipSync(text).toString('base64'), encoding: 'base64' });
  const long = packed(`item_id,title\n${`a,${'x'.repeat(40_000)}\n`.repeat(900)}`);
  expect(long.text.length).toBeLessThan(262_144);
  const { status, errors } = await preview(long);
  expect([status, errors.map(({ field }: { field: string }) => field)]).toEqual([413, ['/text']]);
  const { faults } = await preview(packed(`item_id\n${'\n'.repeat(200_000)}`));
  expect(faults).toEqual([{ field: 'file', message: 'has more than 100000 empty lines in a row' }]);
});

test('what is no request is refused by its field', async () => {
  const faulty = async (body: object) => {
    const { status, errors } = await preview({ kind: 'items', text: 'item_id\nA1', ...body });
    return [status, errors?.map(({ field }: any) => field)];
  };
  expect(await faulty({ kind: 'coupons' })).toEqual([400, ['/kind']]);
  expect(await faulty({ preset: 'mine' })).toEqual([400, ['/preset']]);
  // An expression of the caller's would run here for as long as it pleases.
  expect(await faulty({ mapping: { services: { item_pattern: '(a+)+$' } } })).toEqual([400, ['/mapping/services']]);
  expect(await faulty({ text: 'x'.repeat(262_145) })).toEqual([400, ['/text']]);
  // Text of a request has no NUL, as everywhere; of a file that has it the bytes are sent.
  expect(await faulty({ text: 'item_id\nA\0' })).toEqual([400, ['/text']]);
  expect(await faulty({ preset: 'online-retail' })).toEqual([409, ['preset']]);
  expect(await faulty({ mapping: { columns: { colour: 'x' } } })).toEqual([409, ['mapping.columns.colour']]);
  expect(await faulty({ mapping: { time_format: 'YYYY' } })).toEqual([409, ['mapping.time_format']]);
  for (const scope of ['train', 'recommend', 'view'] as const) {
    const { status } = await service.ask(scope, 'POST', '/v1/imports/previews', { kind: 'items', text: '' });
    expect([scope, status]).toEqual([scope, 403]);
  }
});

// Would see: a kilobyte of gzip that holds a gigabyte without an end of line, which is put together chunk by chunk.
test('a beginning without an end of line is refused as a whole file is', async () => {
  const bytes = Buffer.concat([Buffer.from('item_id,title\nA1,'), Buffer.alloc(17 * 2 ** 20, 'x')]);
  const zipped = { kind: 'items', text: gzipSync(bytes).toString('base64'), encoding: 'base64' };
  for (const is_cut of [false, true]) {
    // Of a file that is cut it shows while its form is looked for.
    const { faults, errors = faults } = await preview({ ...zipped, is_cut });
    expect([is_cut, errors]).toEqual([is_cut, [{ field: 'file', message: 'has a line of more than 16777216 bytes' }]]);
  }
});

const exported = (...path: string[]) =>
  readFileSync(projectPath('test', 'fixtures', 'exports', ...path)).toString('base64');

// Would see: an export whose preview is not what the import makes of it, or a file that nobody knows without its columns to map.
test('an export without a kind is understood: its platform, what each column is, which rows count', async () => {
  const text = exported('hosted', 'shopify-discounts.csv');
  const found = await preview({ file: 'orders.csv', encoding: 'base64', text });
  expect(found).toMatchObject({ status: 200, faults: [], counts: { in: 3, facts: 2, quarantined: 1 }, format: 'csv' });
  // The second order is of tomorrow.
  expect(found.rows[2].rules).toEqual(['time_in_future']);
  expect(found.understanding).toMatchObject({
    platform: 'shopify',
    is_guessed: false,
    kinds: [
      { kind: 'orders', rows: 3 },
      { kind: 'refunds', rows: 2 },
    ],
    left_out: [
      { reason: 'cancelled: it has a time of that', rows: 1 },
      { reason: 'unpaid: status “authorized”', rows: 1 },
    ],
  });
  expect(found.columns).toContainEqual({ column: 'Lineitem price', field: 'unit_price' });
  expect(found.rows[0].facts).toMatchObject({
    order_id: '#1',
    item_id: 'CUP',
    line_amount: '36.00',
    list_price: '20.00',
  });
  const workbook = await preview({ encoding: 'base64', text: exported('other-programs', 'orders-titled.xlsx') });
  expect(workbook).toMatchObject({
    format: 'xlsx',
    counts: { in: 2, facts: 2 },
    understanding: { platform: 'generic' },
  });
  const unknown = await preview({ text: 'colour;size\nred;L\n' });
  expect(unknown).toMatchObject({ understanding: null, rows: [], faults: [{ field: 'file' }] });
  expect(unknown.columns.map(({ column }: { column: string }) => column)).toEqual(['colour', 'size']);
});
