import type { Database, Queryable, Transaction } from '../../db/index.ts';
import { itemIdsOf, profiledCustomerIdsOf } from '../../intake/index.ts';
import { type LoadedTable, loadVersionTable } from '../../versions/index.ts';
import { copiedRows, mapRows, numbersOf } from '../copied-rows.ts';
import type { ListComparison, PopularityComparison } from './comparison.ts';
import type { CustomerListRow, NeighboursRow, PopularityRow } from './rows.ts';

/** A version of popularity, the most popular first; NaN: not known, or none. */
export interface PopularityColumns {
  itemKeys: number[];
  scores: number[];
  trends: number[];
  rebuyFromDays: number[];
  rebuyDays: number[];
}

/** Loads a popularity version, in the order given. */
export function loadPopularityVersion(
  db: Database,
  version: number,
  rows: Iterable<PopularityRow>,
): Promise<LoadedTable> {
  return loadVersionTable(db, {
    table: 'popularity_scores',
    version,
    columns: ['item_key', 'score', 'purchases', 'trend', 'rebuy_from_days', 'rebuy_days'],
    key: 'item_key',
    rows: mapRows(rows, (row) => [
      row.itemKey,
      row.score,
      row.purchases,
      ...[row.trend, row.rebuyFromDays, row.rebuyDays].map(knownOrNull),
    ]),
  });
}

export async function readPopularity(tx: Transaction, version: number): Promise<PopularityColumns> {
  const read: PopularityColumns = { itemKeys: [], scores: [], trends: [], rebuyFromDays: [], rebuyDays: [] };
  const query = `select item_key, score, trend, rebuy_from_days, rebuy_days from popularity_scores
    where version = ${version} order by score desc, item_key`;
  for await (const row of copiedRows(tx, query)) {
    const [itemKey, score, trend, rebuyFromDays, rebuyDays] = row.map((field) =>
      field === '\\N' ? Number.NaN : Number(field),
    );
    read.itemKeys.push(itemKey);
    read.scores.push(score);
    read.trends.push(trend);
    read.rebuyFromDays.push(rebuyFromDays);
    read.rebuyDays.push(rebuyDays);
  }
  return read;
}

function knownOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : Math.fround(value);
}

/** How far two versions agree in their first `places`, and which items enter and leave them. */
export async function comparePopularity(
  db: Queryable,
  first: number,
  second: number,
  places: number,
): Promise<PopularityComparison> {
  const rows = await db.query<{ item_key: number; in_first: boolean; in_second: boolean }>(
    `with top as (
       select version, item_key, row_number() over (partition by version order by score desc, item_key) as place
       from popularity_scores where version in ($1, $2) and score > 0)
     select item_key, bool_or(version = $1) as in_first, bool_or(version = $2) as in_second
     from top where place <= $3 group by item_key order by min(place), item_key`,
    [first, second, places],
  );
  const both = rows.filter((row) => row.in_first && row.in_second).length;
  const counted = Math.max(rows.filter((row) => row.in_first).length, rows.filter((row) => row.in_second).length);
  const ids = await itemIdsOf(
    db,
    rows.map((row) => row.item_key),
  );
  return {
    places,
    overlap: counted > 0 ? both / counted : null,
    entered: rows.filter((row) => !row.in_first).map((row) => ids.get(row.item_key)!),
    left: rows.filter((row) => !row.in_second).map((row) => ids.get(row.item_key)!),
  };
}

/** Loads the item neighbours of a version. */
export function loadItemNeighbours(db: Database, version: number, rows: Iterable<NeighboursRow>): Promise<LoadedTable> {
  return loadVersionTable(db, {
    table: 'item_neighbours',
    version,
    columns: ['item_key', 'neighbours', 'weights'],
    key: 'item_key',
    rows: mapRows(rows, (row) => [row.itemKey, Array.from(row.neighbours), Array.from(row.weights)]),
  });
}

/** The neighbours of a version, by ascending item key. */
export async function readNeighbours(tx: Transaction, version: number): Promise<NeighboursRow[]> {
  const rows: NeighboursRow[] = [];
  const query = `select item_key, neighbours, weights from item_neighbours where version = ${version} order by item_key`;
  for await (const [itemKey, neighbours, weights] of copiedRows(tx, query)) {
    const keys = Int32Array.from(numbersOf(neighbours));
    rows.push({ itemKey: Number(itemKey), neighbours: keys, weights: Float32Array.from(numbersOf(weights)) });
  }
  return rows;
}

/** Loads the customers' lists of a version. */
export function loadCustomerLists(
  db: Database,
  version: number,
  rows: Iterable<CustomerListRow>,
): Promise<LoadedTable> {
  return loadVersionTable(db, {
    table: 'customer_lists',
    version,
    columns: ['customer_key', 'item_keys', 'scores', 'sources', 'because'],
    key: 'customer_key',
    rows: mapRows(rows, (row) => [
      row.customerKey,
      Array.from(row.itemKeys),
      Array.from(row.scores),
      Array.from(row.sources),
      Array.from(row.because),
    ]),
  });
}

/** The lists of these customers; who has none is left out. */
export async function readCustomerLists(
  db: Queryable,
  version: number,
  customerKeys: readonly number[],
): Promise<Map<number, CustomerListRow>> {
  // As text, because a list of plain numbers is split several times as fast as an array of anything is parsed.
  const rows = await db.query<{
    customer_key: number;
    item_keys: string;
    scores: string;
    sources: string;
    because: string;
  }>(
    `select customer_key, item_keys::text, scores::text, sources::text, because::text from customer_lists
     where version = $1 and customer_key = any($2)`,
    [version, customerKeys],
    'lists-of-customers',
  );
  return new Map(
    rows.map((row) => [
      row.customer_key,
      {
        customerKey: row.customer_key,
        itemKeys: numbersOf(row.item_keys),
        scores: numbersOf(row.scores),
        sources: numbersOf(row.sources),
        because: numbersOf(row.because),
      },
    ]),
  );
}

const pageSize = 5_000;

/** Every customer's list of a version, in ascending customer key. */
export async function* streamCustomerLists(
  db: Queryable,
  version: number,
): AsyncGenerator<Pick<CustomerListRow, 'customerKey' | 'itemKeys' | 'scores' | 'sources'>> {
  for (let after = 0; ; ) {
    const page = await db.query<{ customer_key: number; item_keys: number[]; scores: number[]; sources: number[] }>(
      `select customer_key, item_keys, scores, sources from customer_lists
       where version = $1 and customer_key > $2 order by customer_key limit $3`,
      [version, after, pageSize],
    );
    for (const row of page) {
      yield { customerKey: row.customer_key, itemKeys: row.item_keys, scores: row.scores, sources: row.sources };
    }
    if (page.length < pageSize) return;
    after = page.at(-1)!.customer_key;
  }
}

const firstPlaces = 'item_keys[1:$3]';

/** How far the lists of two versions agree in their first `places`, with the `examples` customers whose list changes most. */
export async function compareCustomerLists(
  db: Queryable,
  first: number,
  second: number,
  { places, examples }: { places: number; examples: number },
): Promise<ListComparison> {
  const [row] = await db.query<
    Omit<ListComparison, 'places' | 'examples'> & {
      changed: { customer_key: number; overlap: number; a: number[]; b: number[] }[];
    }
  >(
    `with paired as (${pairedLists})
     select count(*) filter (where a is not null and b is not null)::int as customers,
            count(*) filter (where b is null)::int as only_first,
            count(*) filter (where a is null)::int as only_second,
            avg(overlap) as overlap,
            avg((a = b)::int) filter (where a is not null and b is not null)::float8 as unchanged,
            (select coalesce(json_agg(most order by overlap, customer_key), '[]')
             from (select customer_key, overlap, a, b from paired where a <> b
                   order by overlap, customer_key limit $4) as most) as changed
     from paired`,
    [first, second, places, examples],
  );
  const { changed, ...figures } = row;
  const [customers, items] = await Promise.all([
    profiledCustomerIdsOf(
      db,
      changed.map((row) => row.customer_key),
    ),
    itemIdsOf(
      db,
      changed.flatMap(({ a, b }) => [...a, ...b]),
    ),
  ]);
  const idsOf = (keys: number[]) => keys.map((key) => items.get(key)!);
  return {
    ...figures,
    places,
    // Who has objected to profiling since is no example.
    examples: changed.flatMap(({ customer_key, overlap, a, b }) => {
      const customerId = customers.get(customer_key);
      return customerId === undefined ? [] : [{ customer_id: customerId, overlap, first: idsOf(a), second: idsOf(b) }];
    }),
  };
}

/** Items are on a list once, so both lists together hold as many as they have less those on both. */
const pairedLists = `
  select customer_key, a, b, shared / nullif(cardinality(a) + cardinality(b) - shared, 0) as overlap
  from (select customer_key, ${firstPlaces} as a from customer_lists where version = $1) as first
  full join (select customer_key, ${firstPlaces} as b from customer_lists where version = $2) as second
    using (customer_key),
  lateral (select count(*)::float8 as shared from unnest(first.a) as listed (item) where listed.item = any(second.b)) as counted`;

/** Forgets a person: their lists of every version. */
export async function deleteCustomerLists(tx: Queryable, customerKey: number): Promise<void> {
  await tx.query('delete from customer_lists where customer_key = $1', [customerKey]);
}

/** On how many lists of a version an item stands, and how high; a place counts from 1. */
export interface ItemPlaces {
  lists: number;
  customers: number;
  first: number;
  upTo3: number;
  upTo10: number;
  meanPlace: number | null;
}

/** Reads every list of the version: nothing else has an item's places. */
export async function countItemPlaces(db: Queryable, version: number, itemKey: number): Promise<ItemPlaces> {
  const [row] = await db.query<ItemPlaces>(
    `select count(*)::int as lists, count(place)::int as customers, count(*) filter (where place = 1)::int as first,
            count(*) filter (where place <= 3)::int as "upTo3", count(*) filter (where place <= 10)::int as "upTo10",
            avg(place)::float8 as "meanPlace"
     from (select array_position(item_keys, $2::int) as place from customer_lists where version = $1) as list`,
    [version, itemKey],
  );
  return row;
}
