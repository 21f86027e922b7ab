import { copyTuple, type Database, type Queryable, type Transaction } from '../../db/index.ts';
import { type Beside, itemIdsOf, profiledCustomerIdsOf } from '../../intake/index.ts';
import { type LoadedTable, loadVersionTable } from '../../versions/index.ts';
import { copiedRows, mapRows, numbersOf } from '../copied-rows.ts';
import { comparePairs, type PairOfLists } from './compare-lists.ts';
import type { ListComparison, PopularityComparison } from './comparison.ts';
import { asWritten, bytesPerItem, packList, unpackList } from './packed-list.ts';
import type { CustomerListRow, NeighboursRow, PopularityRow } from './rows.ts';

/** A version of popularity, the most popular first; NaN: not known, or none. */
export interface PopularityColumns {
  itemKeys: number[];
  scores: number[];
  purchases: number[];
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
  const read: PopularityColumns = {
    itemKeys: [],
    scores: [],
    purchases: [],
    trends: [],
    rebuyFromDays: [],
    rebuyDays: [],
  };
  const query = `select item_key, score, purchases, trend, rebuy_from_days, rebuy_days from popularity_scores
    where version = ${version} order by score desc, item_key`;
  for await (const row of copiedRows(tx, query)) {
    const [itemKey, score, purchases, trend, rebuyFromDays, rebuyDays] = row.map((field) =>
      field === '\\N' ? Number.NaN : Number(field),
    );
    read.itemKeys.push(itemKey);
    read.scores.push(score);
    read.purchases.push(purchases);
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

const customersAtOnce = 50;

/** Loads the customers' lists of a version, one after the other or some at once. */
export function loadCustomerLists(
  db: Database,
  version: number,
  rows: Iterable<CustomerListRow> | AsyncIterable<readonly CustomerListRow[]>,
): Promise<LoadedTable> {
  async function* tuples(): AsyncGenerator<Buffer> {
    const some = Symbol.asyncIterator in rows ? rows : inChunksOf(rows, customersAtOnce);
    for await (const chunk of some) {
      yield Buffer.concat(chunk.map((row) => copyTuple([row.customerKey, packList(row)])));
    }
  }
  return loadVersionTable(db, {
    table: 'customer_lists',
    version,
    columns: ['customer_key', 'list'],
    key: 'customer_key',
    rows: { tuples: tuples() },
  });
}

function* inChunksOf<Row>(rows: Iterable<Row>, length: number): Generator<Row[]> {
  let chunk: Row[] = [];
  for (const row of rows) {
    if (chunk.push(row) < length) continue;
    yield chunk;
    chunk = [];
  }
  yield chunk;
}

/** Reads the packed list of a version with the states of customers who allow profiling; null: there is none. */
export function listBeside(version: number): Beside {
  return {
    name: `-v${version}`,
    columns: 'lists.list',
    join: `left join lateral (
      select held.list from customer_lists as held
      where held.version = ${Math.trunc(version)} and held.customer_key = state.customer_key and state.profiling_allowed
      limit 1) as lists on true`,
  };
}

/** A customer's list; undefined: there is none. */
export async function readCustomerList(
  db: Queryable,
  version: number,
  customerKey: number,
): Promise<Buffer | undefined> {
  const [row] = await db.query<{ list: Buffer }>(
    'select list from customer_lists where version = $1 and customer_key = $2',
    [version, customerKey],
  );
  return row?.list;
}

const pageSize = 5_000;

/** Every customer's list of a version, in ascending customer key. */
export async function* streamCustomerLists(db: Queryable, version: number): AsyncGenerator<CustomerListRow> {
  const select = `select customer_key, list from customer_lists
    where version = $1 and customer_key > $2 order by customer_key limit $3`;
  for await (const row of inPages<{ customer_key: number; list: Buffer }>(db, select, [version])) {
    const { itemKeys, scores, sources, because } = unpackList(row.list);
    yield { customerKey: row.customer_key, itemKeys, scores: Array.from(scores, asWritten), sources, because };
  }
}

/** Rows of a select that takes the last key of before ($n) and how many rows it may give ($n+1) after these values, key by key. */
async function* inPages<Row extends { customer_key: number }>(
  db: Queryable,
  select: string,
  values: readonly unknown[],
): AsyncGenerator<Row> {
  for (let after = 0; ; ) {
    const page = await db.query<Row>(select, [...values, after, pageSize]);
    yield* page;
    if (page.length < pageSize) return;
    after = page.at(-1)!.customer_key;
  }
}

/** How far the lists of two versions agree in their first `places`, with the `examples` customers whose list changes most. */
export async function compareCustomerLists(
  db: Queryable,
  first: number,
  second: number,
  { places, examples }: { places: number; examples: number },
): Promise<ListComparison> {
  const pairs = inPages<PairOfLists>(db, pairedLists, [first, second, 4 * places]);
  const { changed, ...figures } = await comparePairs(pairs, examples);
  const [customers, items] = await Promise.all([
    profiledCustomerIdsOf(
      db,
      changed.map(({ customerKey }) => customerKey),
    ),
    itemIdsOf(
      db,
      changed.flatMap(({ first, second }) => [...first, ...second]),
    ),
  ]);
  const idsOf = (keys: number[]) => keys.map((key) => items.get(key)!);
  return {
    ...figures,
    places,
    // Who has objected to profiling since is no example.
    examples: changed.flatMap(({ customerKey, overlap, first, second }) => {
      const customerId = customers.get(customerKey);
      return customerId === undefined
        ? []
        : [{ customer_id: customerId, overlap, first: idsOf(first), second: idsOf(second) }];
    }),
  };
}

const firstKeys = `substr(listed.list, 1, least($3, 4 * (length(listed.list) / ${bytesPerItem})))`;

const pairedLists = `
  select customer_key, first.keys as first, second.keys as second
  from (select listed.customer_key, ${firstKeys} as keys from customer_lists as listed
        where listed.version = $1 and listed.customer_key > $4 order by listed.customer_key limit $5) as first
  full join (select listed.customer_key, ${firstKeys} as keys from customer_lists as listed
        where listed.version = $2 and listed.customer_key > $4 order by listed.customer_key limit $5) as second
    using (customer_key)
  order by customer_key limit $5`;

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

/**
 * Where a key ($2) is first found among the keys of a list: its place, unless the bytes of two others are the same by chance; then
 * place by place.
 */
const placeOfItem = `
  case when position(wanted.key in listed.keys) = 0 then null
       when position(wanted.key in listed.keys) % 4 = 1 then (position(wanted.key in listed.keys) + 3) / 4
       else (select min(tried.place) from generate_series(1, length(listed.keys) / 4) as tried (place)
             where substr(listed.keys, 4 * tried.place - 3, 4) = wanted.key) end`;

/** Reads every list of the version: nothing else has an item's places. */
export async function countItemPlaces(db: Queryable, version: number, itemKey: number): Promise<ItemPlaces> {
  const [row] = await db.query<ItemPlaces>(
    `select count(*)::int as lists, count(found.place)::int as customers, count(*) filter (where found.place = 1)::int as first,
            count(*) filter (where found.place <= 3)::int as "upTo3", count(*) filter (where found.place <= 10)::int as "upTo10",
            avg(found.place)::float8 as "meanPlace"
     from (select int4send($2::int) as key) as wanted,
       lateral (select substr(lists.list, 1, 4 * (length(lists.list) / ${bytesPerItem})) as keys
                from customer_lists as lists where lists.version = $1 offset 0) as listed,
       lateral (select ${placeOfItem} as place) as found`,
    [version, itemKey],
  );
  return row;
}
