import { textOf } from '../filled.ts';
import type { LookedAt } from '../looked-at.ts';
import type { Join, Plan } from '../plan.ts';
import { bestOf, type Matches, matchColumns } from './match-columns.ts';
import { planOrders } from './plan-orders.ts';

/** A table of lines and one of their orders: the one has the goods, the other who bought and when, or what became of the order. */
export function joinHeads(
  matched: readonly { looked: LookedAt; matches: Matches }[],
): { looked: LookedAt; plan: Plan } | undefined {
  const has = (matches: Matches, field: string) => bestOf(matches, field) !== undefined;
  const hasGoods = (matches: Matches) => has(matches, 'item_id') || has(matches, 'title');
  const tellsMore = (matches: Matches) => !hasGoods(matches) && has(matches, 'occurred_at') && has(matches, 'status');
  const lines = matched.find(
    ({ matches }) =>
      has(matches, 'order_id') &&
      hasGoods(matches) &&
      (!has(matches, 'occurred_at') || (!has(matches, 'status') && matched.some((other) => tellsMore(other.matches)))),
  );
  if (!lines) return undefined;
  const isTimed = has(lines.matches, 'occurred_at');
  const on = bestOf(lines.matches, 'order_id')!;
  const keyOf = ({ looked, matches }: (typeof matched)[number]) =>
    bestOf(matches, 'order_id') ?? looked.headings.all.find((name) => name.toLowerCase() === 'id');
  const heads = matched.find(
    (one) =>
      one !== lines &&
      has(one.matches, 'occurred_at') &&
      (!isTimed || tellsMore(one.matches)) &&
      keyOf(one) !== undefined &&
      isShared(lines.looked, on, one.looked, keyOf(one)!),
  );
  if (!heads) return undefined;
  const key = keyOf(heads)!;
  const columns = [...(lines.looked.table.columns ?? lines.looked.headings.all)];
  const more = (heads.looked.table.columns ?? heads.looked.headings.all).filter((name) => !columns.includes(name));
  const both: LookedAt = {
    ...lines.looked,
    table: { ...lines.looked.table, columns: [...columns, ...more] },
    sample: joinSamples(lines.looked, on, heads.looked, key),
  };
  const output = planOrders(both, matchColumns(both));
  const join: Join = { has: heads.looked.headings.all.slice(0, 50), on, key };
  return {
    looked: lines.looked,
    plan: {
      platform: 'generic',
      title: 'orders and their lines in two tables',
      outputs: [{ ...output, fields: { ...output.fields, order_id: on } }],
      joins: [join],
      isGuessed: true,
    },
  };
}

function isShared(lines: LookedAt, on: string, heads: LookedAt, key: string): boolean {
  const known = new Set(heads.sample.map(({ values }) => textOf(values[key] ?? '')));
  const wanted = lines.sample.slice(0, 300).map(({ values }) => textOf(values[on] ?? ''));
  return wanted.some((id) => id !== '' && known.has(id));
}

function joinSamples(lines: LookedAt, on: string, heads: LookedAt, key: string): LookedAt['sample'] {
  const byKey = new Map(heads.sample.map(({ values }) => [textOf(values[key] ?? ''), values]));
  return lines.sample.map((row) => ({ ...row, values: { ...byKey.get(textOf(row.values[on] ?? '')), ...row.values } }));
}
