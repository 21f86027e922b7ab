import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runCli } from '../../support/service/cli.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';

let shop: TestDatabase;
let folder: string;
beforeAll(async () => {
  shop = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'pannier-import-command-'));
});
afterAll(async () => {
  await shop.drop();
  await rm(folder, { recursive: true, force: true });
});

const header = 'order_id,item_id,quantity,occurred_at,unit_price';
const lineOf = (row: number, quantity: string) => `O${row},A,${quantity},2026-03-01 10:00:00,2.00`;
const rows = (quantity: string) => Array.from({ length: 200 }, (_, row) => lineOf(row, quantity));

async function importing(lines: string[], more = ''): Promise<{ code: number | null; json: any; orders: number }> {
  const file = join(folder, 'orders.csv');
  await writeFile(file, `${[header, ...lines].join('\n')}\n`);
  const { code, json } = await runCli(shop.connectionString, `--json import orders ${file}${more}`);
  const [{ orders }] = (await shop.database.query('select count(*) as orders from orders')) as [{ orders: number }];
  return { code, json, orders };
}

// Would see: a script that goes on to train after a file that was refused as a whole.
test('pannier import ends with 3 where a gate refuses the file, with 0 where it takes it in', async () => {
  const faulty = [...rows('1').slice(0, 100), ...rows('many').slice(100)];
  expect(await importing(faulty)).toMatchObject({ code: 3, json: { status: 'refused' }, orders: 0 });
  expect(await importing(rows('1'))).toMatchObject({ code: 0, json: { status: 'finished' }, orders: 200 });
  const forced = await importing([...faulty, lineOf(999, '1')], ' --force');
  expect(forced).toMatchObject({ code: 0, json: { status: 'finished' }, orders: 201 });
});
