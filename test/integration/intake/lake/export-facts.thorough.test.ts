import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { exportFacts, type FactExport, type LakeKind, lakeKinds } from '../../../../src/intake/index.ts';
import { story } from '../../../support/jest/story.ts';
import { runCliHere } from '../../../support/service/cli.ts';
import { createTestIntake, type TestIntake } from '../../../support/shops/intake.ts';
import { fillLakeShop, hostile, shopOf, trueRows, truth, zone } from './lake-shop.ts';

let intake: TestIntake;
let folder: string;
let first: FactExport[];
const db = () => intake.database.for('work');
const run = (kinds: readonly LakeKind[] = lakeKinds) => exportFacts(db(), folder, { ...shopOf, kinds });
const of = (exported: FactExport[], kind: LakeKind) => exported.find((each) => each.kind === kind)!;

async function filesOf(kind: LakeKind): Promise<{ day: string | undefined; file: string }[]> {
  const names = await readdir(join(folder, kind));
  if (names.includes('facts.parquet')) return [{ day: undefined, file: join(folder, kind, 'facts.parquet') }];
  return names
    .sort()
    .map((name) => ({ day: name.slice('day='.length), file: join(folder, kind, name, 'facts.parquet') }));
}

/** Times to the microsecond, decimals from what is stored of them. */
async function readRows(file: string): Promise<Record<string, unknown>[]> {
  const parsers = {
    timestampFromMicroseconds: (at: bigint) =>
      `${new Date(Number(at / 1000n)).toISOString().slice(0, -1)}${String(at % 1000n).padStart(3, '0')}`,
  };
  const buffer = await asyncBufferFromFile(file);
  const digits = new Map(
    (await parquetMetadataAsync(buffer)).schema.map(({ name, converted_type, scale }) => [
      name,
      converted_type === 'DECIMAL' ? scale! : undefined,
    ]),
  );
  const rows = await parquetReadObjects({ file: buffer, parsers });
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => {
        const places = digits.get(name);
        return [name, places !== undefined && typeof value === 'number' ? value.toFixed(places) : value];
      }),
    ),
  );
}

const likeTruth = (row: Record<string, unknown>, names: string[]) =>
  JSON.stringify(names.sort().map((name) => [name, row[name] ?? null]));

beforeAll(async () => {
  intake = await createTestIntake();
  folder = await mkdtemp(join(tmpdir(), 'pannier-lake-'));
  await fillLakeShop(intake, 5);
  first = await run();
}, 120_000);
afterAll(async () => {
  await intake.drop();
  await rm(folder, { recursive: true, force: true });
});

story('a lake', (step) => {
  step('the lake holds row by row what the database does, each under its local day', async () => {
    for (const kind of Object.keys(truth) as LakeKind[]) {
      const files = await filesOf(kind);
      const all: string[] = [];
      for (const { day, file } of files) {
        const expected = await trueRows(intake.database, kind, day);
        const names = (JSON.parse(expected[0] ?? '[]') as [string][]).map(([name]) => name);
        const rows = (await readRows(file)).map((row) => likeTruth(row, names)).sort();
        expect(rows).toEqual(expected);
        all.push(...rows);
      }
      expect(all.sort()).toEqual(await trueRows(intake.database, kind));
      expect(all.length).toBeGreaterThan(0);
      expect(of(first, kind)).toMatchObject({
        written: files.length,
        unchanged: 0,
        removed: 0,
        kept: 0,
        rows: all.length,
      });
    }
  });

  step(
    'what is written of a text comes back as it was, and of whoever refuses profiling the flag and no attribute',
    async () => {
      const items = await readRows(join(folder, 'items/facts.parquet'));
      expect(items.find(({ item_id }) => item_id === 'hostile')).toMatchObject({
        title: hostile,
        more_categories: ['C'],
        price: '0.001000',
      });
      // Midnight in Auckland is 11:00 in UTC in February.
      const before = await readRows(join(folder, 'events/day=2026-02-10/facts.parquet'));
      const after = await readRows(join(folder, 'events/day=2026-02-11/facts.parquet'));
      expect(before.find(({ event_id }) => event_id === 'h1')).toMatchObject({
        visitor_id: 'V-h',
        customer_id: null,
        person_id: 'refuses',
        profiling_allowed: false,
      });
      expect(after.find(({ event_id }) => event_id === 'h2')).toMatchObject({
        properties: expect.stringContaining('"list": [1, null]'),
      });
      const refusing = (await readRows(join(folder, 'customers/facts.parquet'))).find(
        ({ customer_id }) => customer_id === 'refuses',
      );
      expect(refusing).toMatchObject({ profiling_allowed: false, attributes: null });
    },
  );

  step(
    'a second time nothing is written; a late fact, an edit, an objection and an erasure have their days written anew',
    async () => {
      const counts = (exported: FactExport[]) =>
        exported.map(({ written, unchanged, removed }) => [written, unchanged, removed]);
      expect(counts(await run())).toEqual(first.map(({ written }) => [0, written, 0]));
      const untouched = join(folder, 'events/day=2026-02-11/facts.parquet');
      const { mtimeMs } = await stat(untouched);
      await intake.recording.recordEvents([
        {
          event_id: 'late',
          type: 'view',
          item_id: 'hostile',
          visitor_id: 'V-late',
          occurred_at: '2026-01-20T03:00:00Z',
        },
      ] as never);
      expect(of(await run(['events']), 'events')).toMatchObject({ written: 1, removed: 0 });
      expect((await stat(untouched)).mtimeMs).toBe(mtimeMs);

      const [{ customer_id, days }] = await intake.database.query<{ customer_id: string; days: string[] }>(
        `select customer_id, array_agg(distinct (occurred_at at time zone '${zone}')::date::text) as days
     from orders join customers using (customer_key) group by 1 order by count(*) desc limit 1`,
      );
      await intake.recording.upsertCustomers([{ customer_id, profiling_allowed: false }] as never);
      expect(of(await run(['orders']), 'orders').written).toBe(days.length);
      await intake.recording.eraseCustomer(customer_id);
      await run();
      for (const kind of lakeKinds) {
        for (const { file } of existsSync(join(folder, kind)) ? await filesOf(kind) : []) {
          for (const row of await readRows(file))
            expect([row['customer_id'], row['person_id']]).not.toContain(customer_id);
        }
      }
    },
  );

  step('an embedding is there as singles, the lowest byte first', async () => {
    const [{ file }] = await filesOf('item_embeddings');
    const [{ item_id, length, numbers }] = await readRows(file);
    const bytes = Buffer.from(numbers as string, 'base64');
    const read = Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(4 * at));
    expect({ item_id, length, read }).toEqual({
      item_id: 'embedded',
      length: 40,
      read: Array.from({ length: 40 }, (_, at) => (at % 7) - 2.5),
    });
  });

  step('a day whose facts are gone goes, one that retention dropped from the database stays', async () => {
    const files = () => readdir(join(folder, 'events'));
    const before = await files();
    await intake.database.query(`delete from events where (occurred_at at time zone '${zone}')::date = '2026-01-15'`);
    expect(of(await run(['events']), 'events')).toMatchObject({ written: 0, removed: 1 });
    expect(await files()).toEqual(before.filter((name) => name !== 'day=2026-01-15'));
    const inDecember = `occurred_at >= '2025-12-01' and occurred_at < '2026-01-01'`;
    const [{ days }] = await intake.database.query<{ days: number }>(
      `select count(distinct (occurred_at at time zone '${zone}')::date)::int as days from events where ${inDecember}`,
    );
    expect(days).toBeGreaterThan(5);
    await intake.database.query(
      `insert into dropped_event_periods (partition_name, starts_at, ends_at) values ('events_2025_12', '2025-12-01', '2026-01-01')`,
    );
    await intake.database.query(`delete from events where ${inDecember}`);
    const { kept, removed, written } = of(
      await exportFacts(db(), folder, { ...shopOf, kinds: ['events'], from: '2025-12-01' }),
      'events',
    );
    expect([kept, removed, written]).toEqual([days, 0, 0]);
  });

  step(
    'a file that is broken, or half of one, is written anew; who reads the folder sees whole files only',
    async () => {
      const file = join(folder, 'orders/day=2026-02-10/facts.parquet');
      const whole = await readFile(file);
      await writeFile(file, whole.subarray(0, whole.length / 2));
      await writeFile(join(folder, 'orders/day=2026-02-10/.facts.parquet.0123'), 'left by one who was stopped');
      expect(of(await run(['orders']), 'orders')).toMatchObject({ written: 1 });
      expect(await readFile(file)).toEqual(whole);
    },
  );
});

test('the command says what it wrote, takes days and kinds, and names a bad day', async () => {
  const away = join(folder, 'by-command');
  const settings = { PANNIER_TIME_ZONE: zone };
  const line = `export facts ${away} --from 2026-02-01 --to 2026-02-03 --kinds orders items --json`;
  const { code, json } = await runCliHere(intake.connectionString, line, settings);
  expect(code).toBe(0);
  expect(json.kinds).toEqual([
    { kind: 'orders', written: 3, unchanged: 0, removed: 0, kept: 0, rows: expect.any(Number) },
    { kind: 'items', written: 1, unchanged: 0, removed: 0, kept: 0, rows: expect.any(Number) },
  ]);
  expect((await readdir(join(away, 'orders'))).sort()).toEqual(['day=2026-02-01', 'day=2026-02-02', 'day=2026-02-03']);
  const wrong = await runCliHere(
    intake.connectionString,
    `export facts ${away} --from 2026-02-03 --to 2026-02-01 --json`,
    settings,
  );
  expect([wrong.code, wrong.json.errors[0].field]).toEqual([2, '--to']);
});
