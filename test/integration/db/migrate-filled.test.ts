import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Database, migrate } from '../../../src/db/index.ts';
import { projectPath } from '../../../src/project.ts';
import { unpackList } from '../../../src/recommendations/learnt/packed-list.ts';
import { readCustomerList } from '../../../src/recommendations/learnt/store.ts';
import { sized, usually } from '../../support/jest/thorough.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';
import { fillings } from '../../support/upgrades/old-facts.ts';
import { createOldSchema } from '../../support/upgrades/old-schema.ts';

let testDatabase: TestDatabase;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
});
afterAll(() => testDatabase.drop());

type Row = Record<string, unknown>;

const names = readdirSync(projectPath('migrations'))
  .filter((name) => /^\d{4}_/.test(name))
  .sort();
/** The migrations that version 0.1 had. */
const lastRelease = 16;
const everyStage = Array.from({ length: names.length - 1 }, (_, index) => index + 1);
/** A migration that was just written is seen from just before it; of the earlier ones each is in the way of some of these. */
const someStages = (step: number) =>
  everyStage.filter((stage) => stage % step === 1 || stage === lastRelease || stage > names.length - 3);
const stages = sized(
  someStages(72),
  someStages(2).filter((stage) => !someStages(72).includes(stage)),
);

/** Every table's rows. */
async function contents(database: Database): Promise<Map<string, Row[]>> {
  const tables = await database.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')
       and not relispartition and relname <> 'migrations'`,
  );
  const rows = async ({ name }: { name: string }) =>
    (await database.query<{ row: Row }>(`select to_jsonb(fact) as row from ${name} as fact`)).map(({ row }) => row);
  return new Map(
    await Promise.all(tables.map(async (table): Promise<[string, Row[]]> => [table.name, await rows(table)])),
  );
}

/** What tables and columns are called since a migration. */
const renamed: { since: number; table: string; now?: string; columns?: Record<string, string> }[] = [
  { since: 26, table: 'events', columns: { position: 'list_position' } },
  { since: 26, table: 'order_lines', columns: { position: 'list_position' } },
  { since: 26, table: 'association_rules', columns: { count: 'joint_count' } },
  { since: 26, table: 'segment_refreshes', columns: { entered: 'arrived', left: 'departed' } },
  {
    since: 29,
    table: 'campaign_assignments',
    now: 'experiment_assignments',
    columns: { campaign_key: 'experiment_key' },
  },
  { since: 29, table: 'coupon_holdouts', now: 'holdouts' },
  { since: 29, table: 'coupon_rule_sets', now: 'campaign_sets', columns: { campaign_keys: 'terms_keys' } },
  { since: 32, table: 'campaign_sets', columns: { campaign_keys: 'terms_keys' } },
  { since: 55, table: 'sign_in_guesses', columns: { since: 'last_at' } },
];

/** Columns that are another table's since. */
const moved = {
  since: 32,
  from: 'campaigns',
  to: 'campaign_terms',
  key: 'campaign_key',
  columns: new Set([
    ...[
      'name',
      'discount_type',
      'percent',
      'amount_minor',
      'maximum_discount_minor',
      'buy_count',
      'get_count',
      'valid_from',
    ],
    ...[
      'valid_until',
      'coupon_valid_days',
      'limit_per_customer',
      'minimum_spend_minor',
      'target_groups',
      'target_segments',
    ],
    ...['item_ids', 'categories', 'priority', 'limits', 'stacking', 'stacking_order', 'content_hash'],
  ]),
};

/** Tests of their own say what becomes of these. */
function isRewritten(stage: number, table: string, column: string): boolean {
  if (table === 'items') return stage < 21 && column === 'is_product_by';
  if (table === 'coupons' && column === 'valid_until') return stage >= 9 && stage < 32;
  if (table === 'coupons') return stage < 9 && ['status', 'reserved_minor'].includes(column);
  if (table === 'coupon_decisions') return stage < 15 && column === 'inputs';
  if (table === 'customer_tags') return stage < 26 && column.endsWith('_figures');
  if (table === 'customer_lists') return stage < 72 && !['version', 'customer_key'].includes(column);
  return false;
}

function picked(rows: readonly Row[], columns: readonly string[]): string[] {
  return rows.map((row) => JSON.stringify(columns.map((column) => row[column]))).sort();
}

async function upgraded(stage: number, schema = `stage_${stage}`) {
  const database = await createOldSchema(testDatabase.connectionString, schema, stage);
  const due = fillings.filter(({ from, until = Number.POSITIVE_INFINITY }) => from <= stage && stage < until);
  // In the order of the migrations that made the tables.
  for (const { sql } of due.sort((one, other) => (one.among ?? one.from) - (other.among ?? other.from)))
    await database.query(sql);
  const before = await contents(database);
  expect(await migrate(database)).toEqual(names.slice(stage));
  return { database, before, after: await contents(database), [Symbol.asyncDispose]: () => database.close() };
}

usually.test('the migrations of the last release are those that it had', () => {
  const hash = createHash('sha256');
  for (const name of names.slice(0, lastRelease)) hash.update(readFileSync(join(projectPath('migrations'), name)));
  expect(hash.digest('hex')).toBe('ffbe0752d74fcd1af0a8f653bcf946fede01edb747f489e0cc9b84ad0d36fd58');
});

describe.each(stages)('a filled database as of migration %i', (stage) => {
  let shop: Awaited<ReturnType<typeof upgraded>>;
  const rowsOf = (table: string) => shop.after.get(table)!;
  const query = <R = Row>(sql: string) => shop.database.query<R>(sql);
  beforeAll(async () => {
    shop = await upgraded(stage);
  });
  afterAll(() => shop?.[Symbol.asyncDispose]());

  test('was filled in every table', () => {
    expect([...shop.before].filter(([, rows]) => rows.length === 0).map(([table]) => table)).toEqual([]);
  });

  test('keeps every row, and in it whatever no migration is about', () => {
    for (const [table, rows] of shop.before) {
      const isMoved = (column: string) => stage < moved.since && table === moved.from && moved.columns.has(column);
      const kept = Object.keys(rows[0]).filter((column) => !isRewritten(stage, table, column) && !isMoved(column));
      const since = renamed.find((one) => one.table === table && stage < one.since);
      const now = kept.map((column) => since?.columns?.[column] ?? column);
      // A list that was logged twice is logged once.
      const distinct = table === 'served_lists' ? [...new Set(picked(rows, kept))] : picked(rows, kept);
      expect({ table, rows: picked(rowsOf(since?.now ?? table), now) }).toEqual({ table, rows: distinct });
    }
  });

  if (stage >= 4 && stage < moved.since) {
    test('has what campaigns promise as their first terms, under the keys that sets of campaigns named', async () => {
      const columns = [
        moved.key,
        ...Object.keys(shop.before.get(moved.from)![0]).filter((name) => moved.columns.has(name)),
      ];
      expect(picked(rowsOf(moved.to), columns)).toEqual(picked(shop.before.get(moved.from)!, columns));
      const first = [
        { terms_key: 1, version: 1, coupon_budget: 100, money_budget_minor: 50_000, since: '2026-01-01' },
        { terms_key: 2, version: 1, coupon_budget: null, money_budget_minor: null, since: '2026-01-01' },
      ];
      expect(
        await query(`select terms.terms_key, version, terms.coupon_budget, terms.money_budget_minor, since::date::text
          from campaigns join campaign_terms as terms using (campaign_key, terms_key) order by 1`),
      ).toEqual(first);
      const [next] = await query<{ key: number }>(`select nextval('campaign_terms_terms_key_seq')::int as key`);
      expect(next).toEqual({ key: 3 });
      await expect(query(`update campaign_terms set priority = 9`)).rejects.toMatchObject({ code: '23001' });
    });

    test('has under which terms a coupon was issued and a unit taken; a code without an end of its own has none', async () => {
      const codes = await query('select code, terms_key, valid_until::date::text as until from coupons order by code');
      const issued = ['TENTH-1', 'TENTH-2'].map((code) => ({ code, terms_key: 1, until: '2026-04-01' }));
      const others = [
        { code: 'B-1', terms_key: null, until: null },
        { code: 'SPRING', terms_key: null, until: '2026-04-01' },
      ];
      expect(codes).toEqual(stage < 9 ? issued : [...others, ...issued]);
      expect(await query('select distinct terms_key from coupon_uses')).toEqual([{ terms_key: 1 }]);
    });
  }

  test('knows since when titles and prices of provisional items hold, and who said that something is no product', async () => {
    const items = await query(
      `select item_id, titled_at::date::text as titled, priced_at::date::text as priced, is_product_by as by from items order by 1`,
    );
    expect(items).toEqual([
      {
        item_id: 'cup',
        titled: stage < 18 ? '2026-02-01' : '2026-01-31',
        priced: stage < 18 ? '2026-02-01' : null,
        by: null,
      },
      { item_id: 'postage', titled: null, priced: null, by: stage < 21 ? 'mapping' : 'words' },
      { item_id: 'pot', titled: null, priced: null, by: null },
      { item_id: 'tea', titled: null, priced: null, by: null },
    ]);
  });

  test('takes gifts, and no price below nothing; positions from one', async () => {
    const line = (price: number, position: number) =>
      query(`insert into order_lines (order_key, line_number, item_key, quantity, unit_price, amount_minor, list_position)
             values (2, 99, 1, 1, ${price}, 0, ${position})`);
    await expect(line(-0.01, 1)).rejects.toMatchObject({ code: '23514' });
    await expect(line(0, 0)).rejects.toMatchObject({ code: '23514' });
    await line(0, 1);
    await query('delete from order_lines where line_number = 99');
  });

  test('remembers objections of people who were erased, under a key of its own, and of nobody else', async () => {
    const [key] = await query<{ bytes: number }>('select length(key) as bytes from erasure_key');
    expect(key).toEqual({ bytes: 32 });
    await query(`insert into erased_people (person_hash, erased_at, profiling_allowed) values
      (erasure_hash('customer', 'dora'), now(), false), (erasure_hash('customer', 'emil'), now(), true)`);
    await query(`insert into customers (customer_id) values ('carl'), ('dora'), ('emil'), ('finn')`);
    expect(await query('select customer_id, profiling_allowed as allowed from customers order by 1')).toEqual([
      { customer_id: 'anna', allowed: true },
      { customer_id: 'ben', allowed: false },
      { customer_id: 'carl', allowed: stage < 18 },
      { customer_id: 'dora', allowed: false },
      { customer_id: 'emil', allowed: true },
      { customer_id: 'finn', allowed: true },
    ]);
  });

  test('knows with how many digits its amounts were stored', async () => {
    expect(await query('select currency, minor_digits from shop')).toEqual([
      { currency: stage < 23 ? null : 'EUR', minor_digits: 2 },
    ]);
  });

  test('has positions where they were told', async () => {
    expect(await query('select event_id, list_position as at from events order by 1')).toEqual([
      { event_id: 'E1', at: 3 },
      { event_id: 'E2', at: null },
    ]);
    expect(
      await query('select line_number, list_position as at from order_lines where list_position is not null'),
    ).toEqual(stage < 24 ? [] : [{ line_number: 2, at: 4 }]);
  });

  test('guesses, restatements and reversals that no refund told of are taken', async () => {
    expect(await query('select guesses from code_guesses')).toEqual(stage < 20 ? [] : [{ guesses: 3 }]);
    const [ledger] = await query<{ restatements: number }>(
      `select count(*)::int as restatements from coupon_ledger where kind = 'restatement'`,
    );
    expect(ledger).toEqual({ restatements: stage < 19 ? 0 : 1 });
    if (stage < 4) return;
    await query(`insert into coupon_ledger (use_id, coupon_key, campaign_key, kind, reserved_minor, redeemed_minor, occurred_at)
                 select use_id, coupon_key, campaign_key, 'restatement', 0, -1, now() from coupon_uses limit 1`);
    await query(`insert into coupon_reversals (reversal_id, use_id, amount_minor, unit_given_back, content_hash, reversed_at)
                 select null, use_id, 0, false, '', now() from coupon_uses limit 1`);
  });

  if (stage >= 2) {
    test('has no warnings about runs of before there were any, and takes models of kinds that SQL never heard of', async () => {
      const warnings = await query('select warnings from training_runs order by training_run_id');
      expect(warnings).toEqual([{ warnings: stage < 22 ? [] : ['few orders'] }, { warnings: [] }]);
      await query(`insert into model_versions (kind, version, as_of, seed, recipe, row_count, checksum)
                   values ('next-basket', 9, now(), 1, '{}', 0, '')`);
    });

    test('serves each version by keys, and knows a list by its id', async () => {
      expect(await query('select count(*)::int as lists from served_lists')).toEqual([{ lists: 2 }]);
      for (const table of [
        'popularity_scores',
        'association_rules',
        'item_neighbours',
        'customer_lists',
        'customer_segments',
      ]) {
        await expect(query(`insert into ${table} select * from ${table} limit 1`)).rejects.toMatchObject({
          code: '23505',
        });
      }
      await expect(query('insert into served_lists select * from served_lists limit 1')).rejects.toMatchObject({
        code: '23505',
      });
      const indexes = await query<{ name: string }>(
        `select indexdef as name from pg_indexes where schemaname = current_schema() and tablename = 'customer_lists_v1'`,
      );
      if (stage < 27) expect(indexes).toHaveLength(1);
    });

    test('reads the lists of a version of before as they were', async () => {
      const { itemKeys, scores, sources, because } = unpackList((await readCustomerList(shop.database, 1, 1))!);
      expect([itemKeys, scores, sources, because].map((of) => Array.from(of))).toEqual([
        ...[
          [2, 1],
          [2, 0.5],
          [1, 0],
          [0, 300],
        ],
      ]);
      expect(await query('select length(list) as bytes from customer_lists_v1')).toEqual([{ bytes: 26 }]);
    });
  }

  if (stage >= 4 && stage < 9) {
    test('has a use for every coupon, and a counter of each customer', async () => {
      expect(
        await query(`select coupons.code, state, uses.reserved_minor, discount_minor, order_id, day::text, month::text
                     from coupon_uses as uses join coupons using (coupon_key) order by code`),
      ).toEqual([
        {
          code: 'TENTH-1',
          state: 'redeemed',
          reserved_minor: 500,
          discount_minor: 65,
          order_id: 'O1',
          day: '2026-03-02',
          month: '2026-03-01',
        },
        {
          code: 'TENTH-2',
          state: 'reserved',
          reserved_minor: 500,
          discount_minor: null,
          order_id: null,
          day: '2026-03-02',
          month: '2026-03-01',
        },
      ]);
      expect(await query('select per, holder, period, units, at_most from coupon_counters')).toEqual([
        { per: 'customer', holder: 1, period: 'total', units: 2, at_most: 2 },
      ]);
      expect(
        await query(`select kind, units, lines_hash from coupon_ledger join coupon_uses using (use_id)
                          where kind <> 'restatement' order by entry_id`),
      ).toEqual([
        { kind: 'reservation', units: 1, lines_hash: null },
        { kind: 'redemption', units: 0, lines_hash: null },
        { kind: 'reservation', units: 1, lines_hash: null },
      ]);
    });
  }

  if (stage >= 9 && stage < 15) {
    test('tells of a decision what came of where the customer fell, not where', async () => {
      const rows = await query<{ inputs: unknown }>('select inputs from coupon_decisions order by decision_id');
      expect(rows.map(({ inputs }) => inputs)).toEqual([
        { a: 1 },
        { a: 2 },
        { set: 'set', holdoutShare: 0.05, drawn: { inHoldout: true, control: [[0, false]], draw: 0.7, pick: 0.1 } },
      ]);
    });
  }

  if (stage >= 9) {
    test('has each campaign as an experiment, with the arms that were assigned', async () => {
      const rows = await query(`select kind, experiment_id, customer_key, arm from experiments
        join campaigns using (experiment_key) join experiment_assignments using (experiment_key)
        where campaign_id = experiment_id order by assignment_id`);
      const kept = await query('select arm, customer_key from experiment_assignments order by assignment_id');
      expect(kept.length).toBeGreaterThan(0);
      expect(rows.map(({ arm, customer_key }) => ({ arm, customer_key }))).toEqual(kept);
      expect(new Set(rows.map(({ kind }) => kind))).toEqual(new Set(['campaign']));
      // The next one gets a key that none of them has.
      const [next] = await query<{ fresh: boolean }>(`select not exists (select from experiments
        where experiment_key = nextval(pg_get_serial_sequence('experiments', 'experiment_key'))) as fresh`);
      expect(next).toEqual({ fresh: true });
    });

    test('knows who was considered while a holdout held', async () => {
      const rows = await query('select customer_key, holdout_id, arm from holdout_considerations order by 1, 2, 3');
      const told = [
        { customer_key: 2, holdout_id: 2, arm: 'holdout' },
        { customer_key: null, holdout_id: 2, arm: 'treatment' },
        { customer_key: null, holdout_id: 2, arm: 'treatment' },
      ];
      expect(rows).toEqual(stage < 16 ? [{ customer_key: 1, holdout_id: 2, arm: 'treatment' }] : told);
    });
  }

  if (stage >= 10) {
    test('has the figures of preferences each in a column of its own', async () => {
      const columns = `category_keys, category_shares, category_recency_weights, category_lines, brand_keys, brand_shares,
        brand_recency_weights, brand_lines`;
      expect(await query(`select ${columns} from customer_tags order by customer_key`)).toEqual([
        {
          category_keys: [2, 1],
          category_shares: [0.5, 0.125],
          category_recency_weights: [0.25, 0.0625],
          category_lines: [4, 2],
          brand_keys: [1],
          brand_shares: [1],
          brand_recency_weights: [0.75],
          brand_lines: [6],
        },
        Object.fromEntries(columns.split(/,\s+/).map((column) => [column, null])),
      ]);
    });
  }

  if (stage >= 11) {
    test('has a key for what is left of people who were erased', async () => {
      expect(await query('select recipient_key from past_recipients order by 1')).toHaveLength(3);
      expect(await query('select distinct redemption_key from past_redemptions')).toHaveLength(3);
    });
  }
});
