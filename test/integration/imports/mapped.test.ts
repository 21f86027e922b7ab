import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createTestImports, type TestImports } from '../../support/shops/imports.ts';
import { readNumber } from '../../support/shops/intake.ts';

let shop: TestImports;
beforeAll(async () => {
  shop = await createTestImports(new Date('2026-07-01T12:00:00Z'));
});
afterAll(() => shop.drop());
beforeEach(() => shop.clear());

const columns = {
  order_id: 'Beleg',
  occurred_at: 'Am',
  item_id: 'Artikel',
  quantity: 'Menge',
  unit_price: 'Preis',
  customer_id: 'Kunde',
};
const sheet = [
  'Beleg;Am;Stand;Kunde;Artikel;Menge;Preis',
  '1;01.03.2026;fertig;K1;A;2;1,50',
  '1;01.03.2026;fertig;K1;PORTO;1;4,00',
  '2;02.03.2026;retour;niemand;A;1;1,50',
  'A3;03.03.2026;fertig;K2;A;1;1,50',
  '4;04.03.2026;weg;K2;A;9;1,50',
].join('\n');
const mapping = {
  columns: { ...columns, status: 'Stand' },
  statuses: { counts: ['fertig'], refunded: ['retour'], cancelled: ['weg'] },
  numbered_lines: true,
  nobody: ['niemand'],
  adjustments: { order_prefix: 'A' },
  services: { item_pattern: '^PORTO$' },
};

// Would see: rules of a mapping that are lost where it says how the file is understood, refunds not taken in, two ways that differ.
test('a mapping with words of statuses brings orders and their refunds, by its own rules of rows', async () => {
  const { report, further } = await shop.take(sheet, { mapping });
  expect(report.rows).toEqual({ in: 4, facts: 3, quarantined: 1, merged: 0 });
  expect(report.detected).toMatchObject({ adjustment: 1, nobody: 1, not_a_product: 1 });
  expect(report.understanding).toMatchObject({
    platform: 'mapping',
    left_out: [{ reason: 'cancelled: status “cancelled”', rows: 1 }],
  });
  expect(further).toMatchObject([{ kind: 'refunds', status: 'finished', report: { rows: { in: 1, facts: 1 } } }]);
  expect(await readNumber(shop.database, 'select sum(amount_minor) from order_lines')).toBe(850);
  expect(await readNumber(shop.database, 'select sum(amount_minor) from refund_links')).toBe(150);
  expect((await shop.take(sheet, { mapping })).report.rows).toEqual({ in: 4, facts: 0, quarantined: 0, merged: 4 });
});

test('columns alone may be those of another container, and of nested rows', async () => {
  const order = { Beleg: '1', Am: '2026-03-01T10:00:00Z', Kunde: 'K1', Artikel: 'A', Menge: 2, Preis: 1.5 };
  expect((await shop.take(JSON.stringify([order]), { mapping: { columns } })).report.rows.facts).toBe(1);
  const nested = { ...order, Beleg: '2', Kunde: { Nr: 'K2' } };
  await shop.take(`${JSON.stringify(nested)}\n`, { mapping: { columns: { ...columns, customer_id: 'Kunde.Nr' } } });
  const who = 'select order_id, customer_id, total_minor from orders join customers using (customer_key) order by 1';
  expect(await shop.database.query(who)).toEqual([
    { order_id: '1', customer_id: 'K1', total_minor: 300 },
    { order_id: '2', customer_id: 'K2', total_minor: 300 },
  ]);
});

test('a preview reads as the import does', async () => {
  const preview = (more: object) =>
    shop.imports.preview({
      kind: 'orders',
      file: 'x',
      text: sheet,
      encoding: 'utf-8',
      isCut: false,
      limit: 9,
      ...more,
    });
  const { counts, rows, understanding } = await preview({ mapping });
  expect(counts).toEqual({ in: 4, facts: 3, quarantined: 1, merged: 0 });
  expect(rows[1]).toMatchObject({ rules: [], facts: { order_id: '1', item_id: 'PORTO', unit_price: '4.00' } });
  expect(understanding?.leftOut).toEqual([{ reason: 'cancelled: status “cancelled”', rows: 1 }]);
  const wrong = { ...mapping, rows: [{ column: 'Typ', in: ['x'] }] };
  expect((await preview({ mapping: wrong })).faults).toEqual([
    { field: 'mapping.rows.0.column', message: 'names what is not there: Typ' },
    { field: 'file', message: 'has the columns Beleg, Am, Stand, Kunde, Artikel, Menge, Preis' },
  ]);
  await expect(shop.take(sheet, { mapping: wrong })).rejects.toThrow(
    'mapping.rows.0.column names what is not there: Typ',
  );
});
