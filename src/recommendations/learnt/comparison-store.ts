import type { Queryable } from '../../db/index.ts';
import { itemIdsOf, profiledCustomerIdsOf } from '../../intake/index.ts';

/** How far two versions of customer lists agree in their first places. */
export interface ListComparison {
  /** customers with a list in both versions */
  customers: number;
  only_first: number;
  only_second: number;
  /** places looked at */
  places: number;
  /** mean share of the items on either list that are on both (Jaccard); null without customers */
  overlap: number | null;
  /** share of customers whose list is the same, in the same order; null without customers */
  unchanged: number | null;
  /** customers whose list changes most */
  examples: { customer_id: string; overlap: number; first: string[]; second: string[] }[];
}

const firstPlaces = 'item_keys[1:$3]';

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
  const { changed, ...figures } = row!;
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

/** How far two versions of the rules agree; the same rule has the same items in the same context. */
export interface RuleComparison {
  both: number;
  only_first: number;
  only_second: number;
  /** mean absolute difference of the confidence of what is in both; null when nothing is */
  confidence_difference: number | null;
}

export async function compareRules(db: Queryable, first: number, second: number): Promise<RuleComparison> {
  const [row] = await db.query<RuleComparison>(
    `select count(*) filter (where a.confidence is not null and b.confidence is not null)::int as both,
            count(*) filter (where b.confidence is null)::int as only_first,
            count(*) filter (where a.confidence is null)::int as only_second,
            avg(abs(a.confidence - b.confidence)) as confidence_difference
     from (select * from association_rules where version = $1) as a
     full join (select * from association_rules where version = $2) as b using (context, antecedent, consequent)`,
    [first, second],
  );
  return row!;
}

/** How far two versions of popularity agree. */
export interface PopularityComparison {
  places: number;
  /** share of the first `places` items that both have; null where neither has any */
  overlap: number | null;
  entered: string[];
  left: string[];
}

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
