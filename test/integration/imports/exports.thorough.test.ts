import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Intake } from '../../../src/intake/index.ts';
import { describeWithSharedData, sharedData } from '../../support/data/shared-data.ts';
import { createTestImports, type TestImports } from '../../support/shops/imports.ts';
import { readNumber } from '../../support/shops/intake.ts';

let shop: TestImports;
let intake: Intake;
beforeAll(async () => {
  shop = await createTestImports(new Date('2026-07-01T12:00:00Z'));
  intake = shop.anew({ timeZone: 'Europe/London', currency: 'GBP' });
});
beforeEach(() => shop.clear());
afterAll(() => shop.drop());

/** What the publisher of the files says that a right import finds. */
function statedIn(readme: string): string[][] {
  return readme
    .split('\n')
    .filter((line) => /^\| \S+\.(csv|ndjson|xlsx) \|/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, 8)
        .map((cell) => cell.trim()),
    );
}

async function found(): Promise<string[]> {
  const { database } = shop;
  const money = async (sql: string) => ((await readNumber(database, sql)) / 100).toFixed(2);
  return [
    String(await readNumber(database, 'select count(*) from orders')),
    String(await readNumber(database, 'select count(*) from order_lines')),
    String(await readNumber(database, 'select count(distinct customer_key) from orders')),
    await money('select coalesce(sum(amount_minor), 0) from order_lines'),
    await money('select coalesce(sum(amount_minor), 0) from refund_links'),
  ];
}

const files = [
  'shopify.csv',
  'woocommerce.csv',
  'german-erp.csv',
  'us-spreadsheet.csv',
  'segment.ndjson',
  'ga4.ndjson',
  'orders.xlsx',
];

describeWithSharedData('exports of platforms, as they are', ['exports/README.md'], () => {
  // Would see: a status, a refund, a form of number or date, or an encoding that is taken for another; a row lost on the way.
  test.each(files)('%s', async (file) => {
    const readme = readFileSync(sharedData('exports/README.md'), 'utf8');
    const [, orders, lines, customers, gross, refunded] = statedIn(readme).find(([name]) => name === file)!;
    const understood = await intake.understand(sharedData(`exports/${file}`));
    const imports = await intake.importUnderstood(understood);
    await understood.close();
    expect(imports.map(({ status }) => status)).toEqual(imports.map(() => 'finished'));
    expect(await found()).toEqual([orders, lines, customers, gross, refunded || '0.00']);
    for (const { report } of imports) {
      expect(report.rows.in).toBe(report.rows.facts + report.rows.quarantined + report.rows.merged);
      expect(report.rows.quarantined).toBe(0);
    }
    const events = { 'segment.ndjson': 860, 'ga4.ndjson': 120 }[file] ?? 0;
    expect(await readNumber(shop.database, 'select count(*) from event_keys')).toBe(events);
    const read = understood.tables[0].rows;
    const leftOut = understood.leftOut.reduce((sum, { rows }) => sum + rows, 0);
    const ofRows = understood.kinds.filter(({ kind }) => kind === 'orders').reduce((sum, { rows }) => sum + rows, 0);
    if (understood.tables[0].format !== 'ndjson') expect(leftOut + ofRows).toBe(read);
  });
});
