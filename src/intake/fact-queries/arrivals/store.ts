import type { Queryable } from '../../../db/index.ts';
import { factsOf } from '../customers/store.ts';

/** How somebody came, by the first event that tells; null: not told. */
export interface Arrival {
  device: string | null;
  campaign: string | null;
  /** host of the page that they came from */
  referrer: string | null;
  source: string | null;
  language: string | null;
}

/** SQL: columns of `Arrival` out of an event that goes by the name of `fact`. */
const told = `fact.device, fact.campaign, lower(substring(fact.page->>'referrer' from '^[A-Za-z]+://([^/:?#]+)')) as referrer,
  fact.page->>'source' as source, fact.page->>'language' as language`;

/** SQL: does an event tell anything of it? */
const tells = '(fact.device is not null or fact.campaign is not null or fact.page is not null)';

/** SQL: how a visitor (SQL of the key) came within the last days, as one JSON value, null where that is not known. */
export function arrivalOfVisitor(visitor: string): string {
  return `(select to_json(first) from (select ${told} from events as fact
    where fact.visitor_key = ${visitor} and ${tells} and fact.occurred_at > now() - interval '30 days'
    order by fact.occurred_at limit 1) as first)`;
}

/** SQL: what nothing is learnt from, names of attributes: those that are personal, and those barred (SQL of an array). */
const isBarred = (barred: string) =>
  `coalesce((select array_agg(name) from customer_attributes where personal), '{}') || ${barred}::text[]`;

/**
 * The countries that customers who allow profiling are known to be of, by key.
 * @param barred names of attributes that nothing is learnt from
 * @param customerKeys absent: of everybody
 */
export async function readCountries(
  db: Queryable,
  barred: readonly string[],
  customerKeys?: readonly number[],
): Promise<Map<number, string>> {
  const rows = await db.query<{ customerKey: number; country: string }>(
    `select customer_key as "customerKey", attributes ->> 'country' as country from customers
     where profiling_allowed and jsonb_typeof(attributes -> 'country') = 'string' and attributes ->> 'country' <> ''
       and 'country' <> all(${isBarred('$1')})${customerKeys ? ' and customer_key = any($2::int[])' : ''}`,
    [barred, ...(customerKeys ? [customerKeys] : [])],
  );
  return new Map(rows.map(({ customerKey, country }) => [customerKey, country]));
}

const customersAtOnce = 2_000;

/** What was known of a customer when they first ordered. */
export interface KnownNewcomer extends Arrival {
  customerKey: number;
  /** without those that are personal */
  attributes: Record<string, unknown>;
}

/**
 * How customers came, and what the shop tells of them.
 * @param newcomers keys, with the moment before which an event tells (and not more than 30 days before it)
 * @param barred names of attributes that nothing is learnt from
 */
export async function readNewcomers(
  db: Queryable,
  newcomers: readonly { customerKey: number; at: Date }[],
  barred: readonly string[],
): Promise<KnownNewcomer[]> {
  const known: KnownNewcomer[] = [];
  const within = `and fact.occurred_at <= wanted.at and fact.occurred_at > wanted.at - interval '30 days' and ${tells}
    order by fact.occurred_at limit 1`;
  for (let start = 0; start < newcomers.length; start += customersAtOnce) {
    const some = newcomers.slice(start, start + customersAtOnce);
    known.push(
      ...(await db.query<KnownNewcomer>(
        `select customer_key as "customerKey", first.*,
                attributes - (${isBarred('$3')}) as attributes
         from unnest($1::int[], $2::timestamptz[]) as wanted (customer_key, at)
         join customers using (customer_key)
         left join lateral (
           select told.device, told.campaign, told.referrer, told.source, told.language
           from ${factsOf('events', 'wanted.customer_key', `${told}, fact.occurred_at`, within)} as told
           order by told.occurred_at limit 1) as first on true
         where profiling_allowed order by customer_key`,
        [some.map(({ customerKey }) => customerKey), some.map(({ at }) => at.toISOString()), barred],
      )),
    );
  }
  return known;
}
