import type { Queryable } from '../../../db/index.ts';
import { readKnownSegments } from '../../../segments/index.ts';
import { readServedVersions } from '../../../versions/index.ts';
import { families } from '../../roll-ups/families.ts';
import { figuresOf } from '../../roll-ups/family.ts';
import type { Amount } from '../store.ts';
import type { ReadQuestion } from './read-question.ts';
import { selectOfSegments } from './store.ts';

/**
 * Measures that are told by the segments of customers: of orders that name one. They are of the customers who are members now, by the
 * last snapshot of each segment, and so are no sums of days that could be counted before.
 */
export const measuresOfSegments: ReadonlySet<string> = new Set([
  ...['sales.orders', 'sales.placed', 'sales.net', 'sales.paid_of_placed', 'sales.costed_net', 'sales.net_cost'],
  ...['sales.paid_orders', 'sales.paid', 'sales.paid_units', 'sales.paying_buyers'],
  ...['customers.orders', 'customers.amount', 'customers.buyers', 'customers.new', 'customers.first_amount'],
  ...['customers.recent_buyers', 'customers.gaps', 'customers.gap_days'],
]);

/** What measures came to of the members of each segment, counted from the facts in the same way as their families count them. */
export async function readOfSegments(
  db: Queryable,
  { periods, members, timeZone, minorDigits }: ReadQuestion,
  measures: readonly string[],
): Promise<Amount[]> {
  const { segmentation: version = 0 } = await readServedVersions(db);
  const keys = new Map(periods.map(({ from, key }) => [from, key]));
  const amounts: Amount[] = [];
  for (const { rows, figures } of sourcesOf(measures, { minorDigits, timeZone })) {
    const told = await selectOfSegments(db, rows, figures, { periods, timeZone, version, members });
    amounts.push(...told.map(({ first, ...amount }) => ({ ...amount, key: keys.get(first)! })));
  }
  return amounts;
}

/** Rows that measures are counted from, with the SQL of each. */
function sourcesOf(measures: readonly string[], shop: { minorDigits: number; timeZone: string }) {
  return families.flatMap((family) =>
    family.sources(shop).flatMap(({ rows, groupings }) => {
      const figures = new Map(
        groupings
          .filter(({ inAll = true }) => inAll)
          .flatMap(figuresOf)
          .map(
            ({ name, kind, sql }) =>
              [`${family.name}.${name}`, kind === 'distinct' ? `count(distinct (${sql}))` : sql] as const,
          )
          .filter(([name]) => measures.includes(name)),
      );
      return figures.size > 0 ? [{ rows, figures }] : [];
    }),
  );
}

/** Why nothing is known of a segment; undefined: something is. */
export async function readMissingSegments(db: Queryable): Promise<(segmentId: string) => string | undefined> {
  const { segmentation: version = null } = await readServedVersions(db);
  const known = await readKnownSegments(db, version);
  return (segmentId) => (known.has(segmentId) ? undefined : 'No snapshot of the segment has been made.');
}
