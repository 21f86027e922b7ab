import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createTestImports, type TestImports } from '../../support/shops/imports.ts';
import { readColumn, readNumber, testNow } from '../../support/shops/intake.ts';

let shop: TestImports;
beforeAll(async () => {
  shop = await createTestImports(testNow);
});
afterAll(() => shop.drop());
beforeEach(() => shop.clear());

const header = 'order_id,item_id,quantity,occurred_at,unit_price,customer_id';
const lines = Array.from(
  { length: 21_000 },
  (_, row) => `O${row % 3_000},I${row % 2_000},1,2026-03-01 10:00:00,${row + 1},C${row % 3_000}`,
);
const file = `${[header, ...lines].join('\n')}\n`;
const facts = () =>
  readNumber(
    shop.database,
    `select (select count(*) from orders) + (select count(*) from order_lines) + (select count(*) from items) +
            (select count(*) from customers) + (select count(*) from quarantine) + (select count(*) from corrections)`,
  );

test.each(['prepare', 'correct'] as const)(
  'an import whose connection dies in the stage %s leaves nothing, and the next one is whole',
  async (stage) => {
    let killed = false;
    const path = await shop.write(gzipSync(file));
    const dying = shop.imports.importFile({ kind: 'orders', file: path }, (progress) => {
      if (killed || progress.stage !== stage || progress.rows < 10_000) return;
      killed = true;
      void shop.database.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null`,
      );
    });
    await expect(dying).rejects.toThrow();
    expect(killed).toBe(true);
    expect(await facts()).toBe(0);
    const [failed] = await shop.imports.listImports(1);
    expect(failed).toMatchObject({ status: 'failed', report: null });

    const { report } = await shop.imports.importFile({ kind: 'orders', file: path });
    expect(report.rows).toEqual({ in: 21_000, facts: 21_000, quarantined: 0, merged: 0 });
  },
  60_000,
);

test('what a killed process left running is failed when the next import begins', async () => {
  const left = await readNumber(
    shop.database,
    `insert into imports (kind, file) values ('orders', 'x.csv') returning import_id`,
  );
  await shop.take(`${header}\n`);
  expect(await shop.imports.readImport(left)).toMatchObject({ status: 'failed', report: null });
  await expect(shop.imports.readImport(left + 1_000)).rejects.toMatchObject({ code: 'not_found' });
});

test('two imports of one file at once: one brings it, the other finds it known', async () => {
  const content = `${[header, ...lines.slice(0, 5_000)].join('\n')}\n`;
  const results = await Promise.all([shop.take(content), shop.take(content)]);
  expect(results.map(({ report }) => report.rows.facts).sort()).toEqual([0, 5_000]);
  expect(await readColumn(shop.database, `select distinct status from imports where report is not null`)).toEqual([
    'finished',
  ]);
});

test('an import beside the API: an order that comes both ways is recorded once', async () => {
  const content = `${[header, ...Array.from({ length: 3_000 }, (_, row) => `P${row},A,1,2026-03-01 10:00:00,2.00,C1`)].join('\n')}\n`;
  const order = (row: number) => ({
    order_id: `P${row}`,
    customer_id: 'C1',
    occurred_at: '2026-03-01T09:00:00Z',
    lines: [{ item_id: 'A', quantity: 1, unit_price: '2' }],
  });
  const importing = shop.take(content);
  const verdicts = [];
  for (let row = 0; row < 3_000; row += 100) {
    verdicts.push(await shop.recording.recordOrders(Array.from({ length: 100 }, (_, index) => order(row + index))));
  }
  const { report } = await importing;
  const byApi = verdicts.reduce((sum, { counts }) => sum + counts.facts, 0);
  expect(report.rows.facts + byApi).toBe(3_000);
  expect(report.rows.quarantined).toBe(0);
  expect(await readNumber(shop.database, 'select count(*) from order_lines')).toBe(3_000);
});

test('progress tells bytes, rows and the five stages in their order', async () => {
  const stages = new Set<string>();
  let last = { bytesRead: 0, bytesTotal: 0, rows: 0 };
  const path = await shop.write(file);
  await shop.imports.importFile({ kind: 'orders', file: path }, (progress) => {
    stages.add(progress.stage);
    expect(progress.bytesRead).toBeGreaterThanOrEqual(last.bytesRead);
    last = progress;
  });
  expect([...stages]).toEqual(['prepare', 'detect', 'assess', 'correct', 'output']);
  expect(last).toMatchObject({ bytesRead: Buffer.byteLength(file), bytesTotal: Buffer.byteLength(file), rows: 21_000 });
});
