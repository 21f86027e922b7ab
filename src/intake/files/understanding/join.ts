import type { SourceRow } from '../containers/table.ts';
import { unreadable } from '../unreadable.ts';
import { isFilled, textOf } from './filled.ts';
import type { LookedAt } from './looked-at.ts';
import type { Join, Plan } from './plan.ts';
import { compile, type Getter } from './source.ts';

/** A table in memory by its key. */
export interface LookedUp {
  on: Getter;
  byKey: ReadonlyMap<string, Record<string, unknown>>;
  as: string | undefined;
}

const mostRows = 5_000_000;

/** Reads the tables that a plan looks rows up in. */
export async function loadJoins({ joins = [] }: Plan, looked: readonly LookedAt[]): Promise<LookedUp[]> {
  const loaded: LookedUp[] = [];
  for (const join of joins) {
    const found = looked.find((one) => isTable(one, join));
    if (!found) continue;
    const { on, key, as } = join;
    const byKey = new Map<string, Record<string, unknown>>();
    for await (const { values } of found.table.rows()) {
      const id = values[key];
      if (isFilled(id) && !byKey.has(textOf(id))) byKey.set(textOf(id), values);
      if (byKey.size > mostRows) throw unreadable(`${found.table.name} has more than ${mostRows} rows to be looked up`);
    }
    loaded.push({ on: compile(on), byKey, as });
  }
  return loaded;
}

/** Is it the table that a join looks rows up in? */
export function isTable({ headings }: LookedAt, { has }: Join): boolean {
  return has.every((column) => headings.all.includes(column));
}

/** Each row with what other tables say of it; its own values stand. */
export async function* joinRows(rows: AsyncIterable<SourceRow>, joins: readonly LookedUp[]): AsyncGenerator<SourceRow> {
  if (joins.length === 0) {
    yield* rows;
    return;
  }
  for await (const row of rows) {
    let values = row.values;
    for (const { on, byKey, as } of joins) {
      const key = on({ row: values });
      const found = isFilled(key) ? byKey.get(textOf(key)) : undefined;
      if (found) values = as === undefined ? { ...found, ...values } : { ...values, [as]: found };
    }
    yield values === row.values ? row : { ...row, values };
  }
}
