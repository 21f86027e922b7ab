import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { exportFacts, type LakeKind } from '../../../../src/intake/index.ts';
import { projectPath } from '../../../../src/project.ts';
import { describeWithPython } from '../../../support/python/describe-with-python.ts';
import { createTestIntake, type TestIntake } from '../../../support/shops/intake.ts';
import { fillLakeShop, shopOf, trueRows, truth } from './lake-shop.ts';

interface Found {
  arrow: Record<string, string>;
  duckdb: Record<string, string>;
  sums: Record<string, string>;
  rows: Record<string, unknown>[];
}

const kinds = Object.keys(truth) as LakeKind[];
// What a run of tests is shuffled by shuffles the shop too.
const seed = Number(process.env['TEST_SEED'] ?? 2026);

describeWithPython(
  'a lake that pandas, pyarrow and DuckDB read',
  (python) => {
    let intake: TestIntake;
    let folder: string;
    let found: Record<string, Found>;

    beforeAll(async () => {
      intake = await createTestIntake();
      folder = await mkdtemp(join(tmpdir(), 'pannier-lake-'));
      await fillLakeShop(intake, seed);
      await exportFacts(intake.database.for('work'), folder, { ...shopOf, kinds });
      const { stdout } = await promisify(execFile)(
        python,
        [projectPath('test/support/python/read_lake.py'), folder, ...kinds],
        { maxBuffer: 2 ** 28 },
      );
      found = JSON.parse(stdout);
    }, 120_000);
    afterAll(async () => {
      await intake.drop();
      await rm(folder, { recursive: true, force: true });
    });

    test.each(kinds)('%s are row by row what the database holds', async (kind) => {
      const expected = await trueRows(intake.database, kind);
      const names = (JSON.parse(expected[0]) as [string][]).map(([name]) => name);
      const rows = found[kind].rows.map((row) => JSON.stringify(names.map((name) => [name, row[name] ?? null])));
      expect(rows.sort()).toEqual(expected);
    });

    test('money is DECIMAL, times are in UTC to the microsecond, lists are lists, days are dates', () => {
      const { arrow, duckdb } = found['order_lines'];
      expect(arrow).toMatchObject({
        amount: 'decimal128(18, 2)',
        unit_price: 'decimal128(18, 6)',
        quantity: 'decimal128(18, 3)',
      });
      expect(arrow).toMatchObject({ occurred_at: 'timestamp[us, tz=UTC]', order_id: 'string', line_number: 'int32' });
      expect(duckdb).toMatchObject({ amount: 'DECIMAL(18,2)', occurred_at: 'TIMESTAMP WITH TIME ZONE', day: 'DATE' });
      expect(found['items'].arrow['more_categories']).toMatch(/^list<.*string>$/);
      expect(found['items'].duckdb['more_categories']).toBe('VARCHAR[]');
      expect(found['customers'].arrow['profiling_allowed']).toBe('bool');
    });

    test("DuckDB's sums are those of the database", async () => {
      const [lines] = await intake.database.query(
        `select sum(amount_minor / 100.0)::numeric(38, 2)::text as amount, sum(unit_price)::text as unit_price, sum(quantity)::text as quantity
         from order_lines`,
      );
      expect(found['order_lines'].sums).toMatchObject(lines as object);
      const [orders] = await intake.database.query(
        'select sum(total_minor / 100.0)::numeric(38, 2)::text as total, sum(shipping_minor / 100.0)::numeric(38, 2)::text as shipping from orders',
      );
      expect(found['orders'].sums).toMatchObject(orders as object);
    });
  },
  ['duckdb', 'pandas', 'pyarrow'],
);
