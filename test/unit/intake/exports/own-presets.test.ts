import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { understandFile } from '../../../../src/intake/files/understanding/understand.ts';
import type { FactKind } from '../../../../src/intake/imports/kinds.ts';
import { resolveMapping } from '../../../../src/intake/imports/mapping/mapping.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pannier-own-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const shop = { currency: 'EUR', minorDigits: 2, now: new Date('2026-07-01T12:00:00Z') };
let files = 0;
/** The facts of a file by a mapping, with which of its rows are left out. */
async function read(mapping: object, content: string, kind: FactKind = 'orders') {
  const path = join(folder, `${++files}`);
  await writeFile(path, content);
  const { own } = resolveMapping({ kind, mapping });
  const understood = await understandFile(path, { ...own, kind }, shop);
  const facts: Record<string, unknown>[] = [];
  for (const { kind: one } of understood.kinds)
    for await (const { fields } of understood.rowsOf(one)) facts.push({ ...(one !== kind && { of: one }), ...fields });
  await understood.close();
  return { facts, leftOut: Object.fromEntries(understood.leftOut.map(({ reason, rows }) => [reason, rows])) };
}
const rows = (...lines: string[]) => `${lines.join('\n')}\n`;

const columns = {
  order_id: 'Beleg',
  occurred_at: 'Am',
  item_id: ['Artikel', 'Text'],
  title: 'Text',
  quantity: 'Menge',
  unit_price: 'Preis',
  customer_id: ['Kunde', 'Mail'],
};

// Each would see: what a mapping says passed over, or said of other cells than it means.
test('row filters, words of statuses, a table of values, constants, the first that is filled, and what stands above', async () => {
  const mapping = {
    columns: {
      ...columns,
      status: 'Stand',
      channel: { from: 'Quelle', values: { Laden: 'store', Netz: 'web' }, otherwise: 'phone' },
      store: { constant: 'berlin' },
      refunded_amount: 'Zurück',
    },
    rows: [
      { column: 'Typ', in: ['Position'] },
      { column: 'Menge', not_in: ['0'] },
    ],
    statuses: { counts: ['fertig'], cancelled: ['weg'], refunded: ['retour'], unpaid: ['offen'] },
    fill_down: ['Beleg', 'Am', 'Stand', 'Kunde', 'Quelle'],
    numbered_lines: true,
    date_order: 'mdy',
  };
  const { facts, leftOut } = await read(
    mapping,
    rows(
      'Typ;Beleg;Am;Stand;Quelle;Kunde;Mail;Artikel;Text;Menge;Preis;Zurück',
      'Position;1;03/02/2026;fertig;Laden;K1;;A;Apfel;2;1,50;',
      'Position;;;;;;;A;Apfel;2;1,50;',
      'Position;;;;;;;B;Birne;0;9,00;',
      'Summe;;;;;;;;;4;6,00;',
      'Position;2;03/04/2026;weg;Netz;K2;;A;Apfel;1;1,50;',
      'Position;3;03/05/2026;retour;Fax;;c@x.com;;Kirsche;1;4,00;',
    ),
  );
  const line = { occurred_at: '2026-03-02T00:00:00', customer_id: 'K1', channel: 'store', store: 'berlin' };
  const apple = { order_id: '1', item_id: 'A', title: 'Apfel', quantity: '2', unit_price: '1.50' };
  expect(facts).toEqual([
    { ...line, ...apple, line_id: '1' },
    { ...line, ...apple, line_id: '2' },
    {
      ...{ order_id: '3', line_id: '1', item_id: 'Kirsche', title: 'Kirsche', quantity: '1', unit_price: '4.00' },
      ...{ occurred_at: '2026-03-05T00:00:00', customer_id: 'K2', channel: 'phone', store: 'berlin' },
    },
    { of: 'refunds', refund_id: '3-refund', order_id: '3', occurred_at: '2026-03-05T00:00:00' },
  ]);
  expect(leftOut).toEqual({
    'not asked for by the mapping: Typ': 1,
    'not asked for by the mapping: Menge': 1,
    'cancelled: status “cancelled”': 1,
  });
});

test('nested paths, lists of lines with ids of their own, parts joined and sums', async () => {
  const mapping = {
    columns: {
      order_id: { join: ['shop', 'no'], by: '/' },
      occurred_at: 'at',
      customer_id: 'buyer.mail',
      line_id: '@id',
      item_id: '@article.sku',
      quantity: '@pieces',
      unit_price: '@price.amount',
      refunded_amount: { sum: 'returns.*.money' },
    },
    lines: 'basket.rows',
  };
  const order = {
    ...{
      shop: 'DE',
      no: 7,
      at: '2026-03-01T10:00:00Z',
      buyer: { mail: 'a@x.com' },
      returns: [{ money: 1 }, { money: 0.5 }],
    },
    basket: {
      rows: [1, 2].map((id) => ({ id, article: { sku: 'A' }, pieces: 1, price: { amount: 3 } })),
    },
  };
  const { facts } = await read(mapping, JSON.stringify([order]));
  const one = { order_id: 'DE/7', item_id: 'A', quantity: '1', unit_price: '3', customer_id: 'a@x.com' };
  expect(facts).toMatchObject([
    { ...one, line_id: '1' },
    { ...one, line_id: '2' },
    { of: 'refunds', order_id: 'DE/7', amount: '1.5' },
  ]);
});

test('lines that are packed into a cell, times of a told form, amounts in a told currency, and other kinds of facts', async () => {
  const { facts } = await read(
    {
      columns: { order_id: 'no', occurred_at: 'at', item_id: '@sku', quantity: '@qty', line_amount: '@total' },
      lines: { column: 'goods', packed: 'pairs-by-bar' },
      time_format: 'YYYYMMDD-HHmm',
      currency: 'eur',
    },
    rows('no,at,goods', '1,20260301-0930,"sku:A|qty:2|total:5;sku:B|qty:1|total:3"'),
  );
  const line = { order_id: '1', occurred_at: '2026-03-01T09:30:00.000', currency: 'EUR' };
  expect(facts).toEqual([
    { ...line, line_id: '1', item_id: 'A', quantity: '2', line_amount: '5' },
    { ...line, line_id: '2', item_id: 'B', quantity: '1', line_amount: '3' },
  ]);
  const items = await read(
    { columns: { item_id: 'nr', hidden: { from: 'aktiv', values: { ja: 'false', nein: 'true' } } } },
    rows('nr,aktiv,title', 'A,nein,Apple', 'B,ja,Beet'),
    'items',
  );
  expect(items.facts).toEqual([
    { item_id: 'A', hidden: 'true', title: 'Apple' },
    { item_id: 'B', hidden: 'false', title: 'Beet' },
  ]);
});

const faultsOf = async (work: () => unknown) => {
  try {
    await work();
    return [];
  } catch (error) {
    return (error as { faults: { field: string; message: string }[] }).faults.map(
      ({ field, message }) => `${field} ${message}`,
    );
  }
};

// Would see: a slip in a mapping that is not told, or told without saying where.
test('what is wrong with a mapping is told by its field', async () => {
  const columnFault =
    'must be a column, a list of columns of which the first that is filled counts, or an object with constant, with from and values, with join, or with sum';
  const told = (mapping: object, kind: FactKind = 'orders') => faultsOf(() => resolveMapping({ kind, mapping }));
  expect(
    await told({
      columns: { channel: { von: 'Quelle' }, store: 5 },
      rows: [{ column: 'Typ' }, { column: 'Typ', in: [] }],
      statuses: { bezahlt: ['ja'] },
      lines: { column: 'x', packed: 'zip' },
      date_order: 'ymd',
    }),
  ).toEqual([
    `mapping.columns.channel ${columnFault}`,
    `mapping.columns.store ${columnFault}`,
    'mapping.rows.0 must say what its column is like: in, not_in or filled',
    'mapping.rows.1.in Too small: expected array to have >=1 items',
    expect.stringMatching(/^mapping\.statuses/),
    'mapping.lines must be the path of a list, or an object with column and packed, which is one of pairs-by-bar, pairs-by-comma, quantity-times-name, json',
    expect.stringMatching(/^mapping\.date_order Invalid option/),
  ]);
  expect(await told({ columns: { colour: { constant: 'red' } } })).toEqual([
    'mapping.columns.colour is not a field of this kind of file',
  ]);
  expect(
    await told({ columns: { amount: { constant: '5' } }, rows: [{ column: 'a', filled: true }] }, 'costs'),
  ).toEqual(['mapping.columns.amount is not for files of costs', 'mapping.rows is not for files of costs']);
  const absent = rows('Beleg,Am,Artikel,Menge', '1,2026-03-01,A,1');
  const mapping = {
    columns: { order_id: 'Bleeg', occurred_at: 'Am', item_id: 'Artikel', customer_id: ['Kunde', 'Mail'] },
    rows: [{ column: 'Typ', filled: true }],
    fill_down: ['Am', 'Ort'],
    statuses: { counts: ['ja'] },
  };
  expect(await faultsOf(() => read(mapping, absent))).toEqual([
    'mapping.columns.order_id names what is not there: Bleeg',
    'mapping.columns.customer_id names what is not there: Kunde, Mail',
    'mapping.rows.0.column names what is not there: Typ',
    'mapping.fill_down.1 names what is not there: Ort',
    'mapping.columns.unit_price has no column: name it, or line_amount or gross_amount or order_total or goods_total',
    'mapping.statuses has no column: name it as columns.status',
    'file has the columns Beleg, Am, Artikel, Menge',
  ]);
});
