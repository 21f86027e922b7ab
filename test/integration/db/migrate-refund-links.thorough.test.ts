import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Database, migrate } from '../../../src/db/index.ts';
import { canonicalJson, hashRaw } from '../../../src/intake/quarantine/raw.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';
import { createOldSchema } from '../../support/upgrades/old-schema.ts';

/** Pieces in thousandths, amounts in cents. */
interface Line {
  item: string;
  pieces: number;
  cents: number;
}
interface Link {
  refundLine: number;
  orderLine: number;
  pieces: number;
  cents: number;
}
interface Refund {
  id: string;
  /** Minutes after the sale: not the sequence in which they came in. */
  at: number;
  wanted: { item: string; pieces: number }[] | undefined;
}
interface Stored extends Refund {
  lines: { item: string; pieces: number }[];
  links: Link[];
}
type Left = Line & { orderLine: number };

const sold = new Date('2026-06-01T10:00:00Z').getTime();
const time = (minutes: number) => new Date(sold + minutes * 60_000).toISOString();

/** What a refund takes of what it is told to be left; undefined: refused. */
function allocate(
  told: readonly Left[],
  wanted: Refund['wanted'],
  centsOf: (line: Left, taken: number) => number,
): Pick<Stored, 'lines' | 'links'> | undefined {
  const left = told.map((line) => ({ ...line }));
  const asked = wanted ?? left.filter(({ pieces }) => pieces > 0).map(({ item, pieces }) => ({ item, pieces }));
  const links: Link[] = [];
  for (const [index, { item, pieces }] of asked.entries()) {
    let missing = pieces;
    for (const line of wanted ? left : left.filter(({ pieces }) => pieces > 0).slice(0, 1)) {
      const taken = Math.min(line.pieces, missing);
      if (line.item !== item || taken <= 0) continue;
      const cents = taken === line.pieces ? line.cents : centsOf(line, taken);
      links.push({ refundLine: index + 1, orderLine: line.orderLine, pieces: taken, cents });
      line.pieces -= taken;
      line.cents -= cents;
      missing -= taken;
    }
    if (missing > 0) return undefined;
  }
  return asked.length > 0 ? { lines: asked, links } : undefined;
}

/** A version before the repair: only links to the line of the refund's own number counted, and for every line of the order. */
function storeWrongly(order: readonly Line[], refunds: readonly Refund[]): Stored[] {
  const stored: Stored[] = [];
  for (const refund of refunds) {
    const counted = stored
      .flatMap(({ links }) => links)
      .filter(({ refundLine, orderLine }) => refundLine === orderLine);
    const told = order.map((line, index) => ({
      ...line,
      orderLine: index + 1,
      pieces: line.pieces - counted.reduce((sum, { pieces }) => sum + pieces, 0),
      cents: line.cents - counted.reduce((sum, { cents }) => sum + cents, 0),
    }));
    // It failed on a quantity below zero.
    if (told.some(({ pieces }) => pieces < 0) && refund.wanted) continue;
    const taken = allocate(told, refund.wanted, (line, pieces) => {
      const { pieces: all, cents } = order[line.orderLine - 1];
      return Math.min(line.cents, Math.round((cents / all) * pieces));
    });
    if (taken) stored.push({ ...refund, ...taken });
  }
  return stored;
}

/** The rule: in this sequence each takes of what is left; a part is its proportion of what is left of the amount. */
function storeRightly(order: readonly Line[], refunds: readonly Refund[]): { stored: Stored[]; refused: Refund[] } {
  const left = order.map((line, index) => ({ ...line, orderLine: index + 1 }));
  const stored: Stored[] = [];
  const refused: Refund[] = [];
  for (const refund of refunds) {
    const taken = allocate(left, refund.wanted, (line, pieces) =>
      Math.floor((2 * line.cents * pieces + line.pieces) / (2 * line.pieces)),
    );
    if (!taken) {
      refused.push(refund);
      continue;
    }
    stored.push({ ...refund, ...taken });
    for (const { orderLine, pieces, cents } of taken.links) {
      left[orderLine - 1].pieces -= pieces;
      left[orderLine - 1].cents -= cents;
    }
  }
  return { stored, refused };
}

const inQuantities = (refunds: readonly Stored[]) =>
  refunds.map(({ id, links }) => [id, links.map(({ cents: _, ...link }) => link)]);

/** Cents of a part that no rounding explains. */
function isFarOff(order: readonly Line[], refunds: readonly Stored[]): boolean {
  const links = refunds.flatMap((refund) => refund.links);
  return order.some((line, index) => {
    const own = links.filter(({ orderLine }) => orderLine === index + 1);
    const given = own.reduce((sum, { cents }) => sum + cents, 0);
    const returned = own.reduce((sum, { pieces }) => sum + pieces, 0);
    return (
      given > line.cents ||
      (returned === line.pieces && given !== line.cents) ||
      own.some(({ pieces, cents }) => cents < 0 || Math.abs(cents - (line.cents * pieces) / line.pieces) > own.length)
    );
  });
}

function contentHash(refund: Refund, orderId: string): Buffer {
  const lines = refund.wanted?.map(({ item, pieces }) => [item, pieces / 1000]) ?? null;
  return createHash('sha256')
    .update(JSON.stringify([refund.id, orderId, Date.parse(time(refund.at)), lines]))
    .digest();
}

let testDatabase: TestDatabase;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
});
afterAll(() => testDatabase.drop());

async function insertOrder(database: Database, orderId: string, order: readonly Line[]): Promise<number> {
  const [row] = await database.query<{ order_key: number }>(
    `insert into orders (order_id, occurred_at, total_minor, content_hash) values ($1, $2, 0, '') returning order_key`,
    [orderId, time(0)],
  );
  for (const [index, { item, pieces, cents }] of order.entries()) {
    await database.query(
      `insert into order_lines (order_key, line_number, item_key, quantity, unit_price, amount_minor)
       select $1, $2, item_key, $4, 1, $5 from items where item_id = $3`,
      [row.order_key, index + 1, item, pieces / 1000, cents],
    );
  }
  return row.order_key;
}

async function insertRefund(database: Database, orderKey: number, orderId: string, refund: Stored, importId?: number) {
  const [row] = await database.query<{ refund_key: number }>(
    'insert into refunds (refund_id, occurred_at, content_hash, import_id) values ($1, $2, $3, $4) returning refund_key',
    [refund.id, time(refund.at), contentHash(refund, orderId), importId ?? null],
  );
  for (const [index, { item, pieces }] of refund.lines.entries()) {
    await database.query(
      `insert into refund_lines (refund_key, line_number, item_key, quantity)
       select $1, $2, item_key, $4 from items where item_id = $3`,
      [row.refund_key, index + 1, item, pieces / 1000],
    );
  }
  for (const { refundLine, orderLine, pieces, cents } of refund.links) {
    await database.query('insert into refund_links values ($1, $2, $3, $4, $5, $6)', [
      row.refund_key,
      refundLine,
      orderKey,
      orderLine,
      pieces / 1000,
      cents,
    ]);
  }
}

async function readRefunds(
  database: Database,
  orderId: string,
): Promise<Record<string, Pick<Stored, 'lines' | 'links'>>> {
  const lines = await database.query<{ refund_id: string; item: string; pieces: number }>(
    `select refund_id, item_id as item, (quantity * 1000)::int as pieces
     from refund_lines join refunds using (refund_key) join items using (item_key)
     where refund_key in (select refund_key from refund_links join orders using (order_key) where order_id = $1)
     order by refund_key, line_number`,
    [orderId],
  );
  const links = await database.query<Link & { refund_id: string }>(
    `select refund_id, link.line_number as "refundLine", order_line_number as "orderLine",
            (quantity * 1000)::int as pieces, amount_minor as cents
     from refund_links as link join refunds using (refund_key) join orders using (order_key) where order_id = $1
     order by refund_key, link.line_number, order_line_number`,
    [orderId],
  );
  const ids = [...new Set(links.map(({ refund_id }) => refund_id))];
  const without = <Row extends { refund_id: string }>(rows: Row[], id: string) =>
    rows.filter(({ refund_id }) => refund_id === id).map(({ refund_id: _, ...row }) => row);
  return Object.fromEntries(
    ids.map((id) => [id, { lines: without(lines, id), links: without(links, id) as unknown as Link[] }]),
  );
}

describe('the upgrade of stored refund links', () => {
  // Would see: an over-refunded line that stays, a right order that is touched, a refund that is lost instead of quarantined.
  test('of many random orders the wrong ones are linked anew, the right ones stay', async () => {
    const database = await createOldSchema(testDatabase.connectionString, 'random_shop', 16);
    await database.query(`insert into items (item_id) values ('A'), ('B'), ('C')`);
    const item = fc.constantFrom('A', 'B', 'C');
    const pieces = fc.constantFrom(1000, 1000, 2000, 500);
    const histories = fc.sample(
      fc.record({
        order: fc.array(fc.record({ item, pieces, cents: fc.integer({ min: 1, max: 4000 }) }), {
          minLength: 1,
          maxLength: 4,
        }),
        refunds: fc.array(
          fc.record({
            at: fc.integer({ min: 1, max: 99 }),
            wanted: fc.option(fc.array(fc.record({ item, pieces }), { minLength: 1, maxLength: 3 }), {
              nil: undefined,
              freq: 3,
            }),
          }),
          { minLength: 3, maxLength: 7 },
        ),
      }),
      { numRuns: 300, seed: 20261128 },
    );
    const cases = histories.map(({ order, refunds }, number) => {
      const told = refunds.map((refund, index) => ({ ...refund, id: `"${number}"\u0001-${index}` }));
      return { orderId: `O"${number}`, order, stored: storeWrongly(order, told) };
    });
    for (const { orderId, order, stored } of cases) {
      const orderKey = await insertOrder(database, orderId, order);
      for (const refund of stored) await insertRefund(database, orderKey, orderId, refund);
    }

    await migrate(database);

    let wrong = 0;
    const quarantined: unknown[] = [];
    for (const { orderId, order, stored } of cases) {
      const asTheyCame = storeRightly(order, stored);
      const isRight =
        JSON.stringify(inQuantities(stored)) === JSON.stringify(inQuantities(asTheyCame.stored)) &&
        !isFarOff(order, stored);
      if (!isRight) wrong += 1;
      const byTime = stored.map((refund, index) => ({ refund, index }));
      byTime.sort((a, b) => a.refund.at - b.refund.at || a.index - b.index);
      const anew = storeRightly(
        order,
        byTime.map(({ refund }) => refund),
      );
      const expected = isRight ? stored : anew.stored;
      expect(await readRefunds(database, orderId)).toEqual(
        Object.fromEntries(expected.map(({ id, lines, links }) => [id, { lines, links }])),
      );
      for (const { id, at, wanted } of isRight ? [] : anew.refused) {
        quarantined.push({
          refund_id: id,
          order_id: orderId,
          occurred_at: time(at),
          ...(wanted && { lines: wanted.map(({ item, pieces }) => ({ item_id: item, quantity: pieces / 1000 })) }),
        });
      }
    }
    expect(wrong).toBeGreaterThan(40);
    expect(cases.length - wrong).toBeGreaterThan(40);
    const rows = await database.query<{ kind: string; rules: string[]; raw: object; hash: Buffer }>(
      'select kind, rules, raw, raw_hash as hash from quarantine',
    );
    expect(rows.every(({ kind, rules }) => kind === 'refund' && rules.join() === 'refund_exceeds_sale')).toBe(true);
    const inOrder = (raws: unknown[]) => raws.map((raw) => canonicalJson(raw)).sort();
    expect(inOrder(rows.map(({ raw }) => raw))).toEqual(inOrder(quarantined));
    // Sent again, such a refund meets its own row.
    expect(rows.every(({ raw, hash }) => hashRaw(canonicalJson(raw)).equals(hash))).toBe(true);
    await database.close();
  });

  // Would see: the four refunds of one piece that are in the issue of it, and a customer's -50.00.
  test('one piece refunded four times is refunded once, and the other three wait in quarantine', async () => {
    const database = await createOldSchema(testDatabase.connectionString, 'example_shop', 16);
    await database.query(`insert into items (item_id) values ('A'), ('B')`);
    const order = [
      { item: 'A', pieces: 1000, cents: 1000 },
      { item: 'B', pieces: 1000, cents: 2000 },
    ];
    const orderKey = await insertOrder(database, 'O1', order);
    const wanted = [{ item: 'B', pieces: 1000 }];
    const refunds = [4, 2, 1, 3].map((at) => ({ id: `R${at}`, at, wanted }));
    const stored = storeWrongly(order, refunds);
    expect(stored).toHaveLength(4);
    for (const refund of stored) await insertRefund(database, orderKey, 'O1', refund);
    const net = `select (select sum(amount_minor) from order_lines) - (select sum(amount_minor) from refund_links) as net`;
    expect(await database.query(net)).toEqual([{ net: '-5000' }]);
    await migrate(database);
    expect(await database.query(net)).toEqual([{ net: '1000' }]);
    expect(await database.query('select refund_id from refunds')).toEqual([{ refund_id: 'R1' }]);
    expect(await database.query(`select raw->>'refund_id' as id, rules from quarantine order by 1`)).toEqual(
      ['R2', 'R3', 'R4'].map((id) => ({ id, rules: ['refund_exceeds_sale'] })),
    );
    await database.close();
  });

  // Would see: a file's refund that keeps a piece another refund has, or is dropped although an earlier sale has something left.
  test('a refund of a file moves to the latest earlier sale that has something left, then is told as unlinked', async () => {
    const database = await createOldSchema(testDatabase.connectionString, 'file_shop', 16);
    await database.query(`insert into items (item_id) values ('A'), ('B')`);
    await database.query(`insert into customers (customer_id) values ('C')`);
    await database.query(`insert into imports (kind, file) values ('orders', 'returns.csv')`);
    const lines = [
      { item: 'A', pieces: 1000, cents: 100 },
      { item: 'B', pieces: 2000, cents: 200 },
    ];
    const orderKey = await insertOrder(database, 'O1', lines);
    await insertOrder(database, 'O2', [{ item: 'B', pieces: 1000, cents: 100 }]);
    const wanted = [{ item: 'B', pieces: 2000 }];
    const link = { refundLine: 1, orderLine: 2, pieces: 2000, cents: 200 };
    // Two by the API, of which the second is too much already; the file's found what the first had left: nothing is.
    await insertRefund(database, orderKey, 'O1', { id: 'R1', at: 1, wanted, lines: wanted, links: [link] });
    await insertRefund(database, orderKey, 'O1', { id: 'R2', at: 2, wanted, lines: wanted, links: [link] });
    await insertRefund(database, orderKey, 'O1', { id: 'CR3', at: 3, wanted, lines: wanted, links: [link] }, 1);
    await insertRefund(database, orderKey, 'O1', { id: 'CR4', at: 4, wanted, lines: wanted, links: [link] }, 1);
    await database.query('update orders set customer_key = 1');
    await database.query('update refunds set customer_key = 1');
    await migrate(database);
    expect(
      await database.query(
        `select refund_id, order_id, order_line_number, link.quantity::float8 as quantity, link.amount_minor,
                line.unlinked_quantity::float8 as unlinked
         from refund_links as link join refunds using (refund_key) join orders using (order_key)
         join refund_lines as line on line.refund_key = link.refund_key and line.line_number = link.line_number
         order by refunds.refund_key`,
      ),
    ).toEqual([
      { refund_id: 'R1', order_id: 'O1', order_line_number: 2, quantity: 2, amount_minor: 200, unlinked: 0 },
      { refund_id: 'CR3', order_id: 'O2', order_line_number: 1, quantity: 1, amount_minor: 100, unlinked: 1 },
    ]);
    expect(await database.query(`select raw->>'refund_id' as id, rules, import_id from quarantine order by 1`)).toEqual(
      [
        { id: 'CR4', rules: ['refund_exceeds_sale'], import_id: 1 },
        { id: 'R2', rules: ['refund_exceeds_sale'], import_id: null },
      ],
    );
    expect(await database.query('select refund_id from refunds order by 1')).toEqual([
      { refund_id: 'CR3' },
      { refund_id: 'R1' },
    ]);
    await database.close();
  });
});
