import {
  type AssociationRules,
  type ContextRules,
  learnAssociationRules,
  learnRulesWithin,
  type Partition,
} from '../../../models/association-rules/index.ts';
import type { SparseMatrix } from '../../../models/sparse-matrix.ts';
import { overallContext, type RuleContext } from '../../recommendations/index.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Recipes } from './recipes.ts';

export interface LearntRules extends AssociationRules {
  baskets: SparseMatrix;
  /** the rules of all baskets, then of each part that the recipe asks for */
  contexts: ContextRules[];
}

/** What tells baskets apart beyond the snapshot. */
export interface BasketTraits {
  /** the shop's, which says when a season begins */
  timeZone: string;
  /** by customer index: the segment of the customer's group; absent where nothing is published */
  groupOf?: (customer: number) => string | undefined;
}

/** Mines the distinct goods of every order; what was given back was not bought together with anything. */
export function learnRules(
  snapshot: Snapshot,
  recipe: Recipes['association-rules'],
  { timeZone, groupOf }: BasketTraits,
): LearntRules {
  const baskets = toBaskets(snapshot);
  const { itemsets, ...overall } = learnAssociationRules(baskets, recipe);
  const contexts: ContextRules[] = [{ context: overallContext, ...overall }];
  const { season, segment, minimumBaskets } = recipe.contexts;
  const learnWithin = (partition: Partition) => {
    for (const learnt of learnRulesWithin(baskets, partition, minimumBaskets, recipe)) contexts.push(learnt);
  };
  if (season !== 'none') learnWithin(partOrders(snapshot, seasonsOf(snapshot, season, timeZone)));
  if (segment === 'group' && groupOf) learnWithin(partOrders(snapshot, groupsOf(snapshot, groupOf)));
  return { baskets, itemsets, ...overall, contexts };
}

/** What the version tells of its contexts. */
export function summariseContexts(contexts: readonly ContextRules[]): RuleContext[] {
  return contexts.map(({ context, basketCount, minimumCount, tests, rules }) => ({
    context,
    basket_count: basketCount,
    minimum_count: minimumCount,
    tests,
    rules: rules.length,
    significant_rules: rules.filter((rule) => rule.significant).length,
  }));
}

/** Orders × items; orders of services alone are baskets too, empty ones. */
export function toBaskets({ lines, isProduct, orderCount, itemKeys }: Snapshot): SparseMatrix {
  const offsets = new Uint32Array(orderCount + 1);
  const indices = new Uint32Array(lines.orders.length);
  let end = 0;
  for (let line = 0; line < lines.orders.length; ) {
    const order = lines.orders[line]!;
    const start = end;
    for (; line < lines.orders.length && lines.orders[line] === order; line++) {
      if (isProduct[lines.items[line]!]) indices[end++] = lines.items[line]!;
    }
    indices.subarray(start, end).sort();
    end = dropRepeats(indices, start, end);
    offsets[order + 1] = end;
  }
  return { rows: orderCount, columns: itemKeys.length, offsets, indices: indices.slice(0, end) };
}

/** @returns where the distinct ones of the ascending values `start .. end` end */
function dropRepeats(values: Uint32Array, start: number, end: number): number {
  let kept = start;
  for (let place = start; place < end; place++) {
    if (place === start || values[place] !== values[place - 1]) values[kept++] = values[place]!;
  }
  return kept;
}

/** The name of the season in which a line was bought. */
function seasonsOf({ lines }: Snapshot, season: 'quarter' | 'month', timeZone: string): (line: number) => string {
  const format = new Intl.DateTimeFormat('en', { timeZone, month: 'numeric' });
  const known = new Map<number, string>();
  return (line) => {
    // Clocks of all zones agree on the quarters of an hour.
    const moment = Math.floor(lines.times[line]! / 900_000);
    let name = known.get(moment);
    if (name === undefined) {
      const month = Number(format.format(moment * 900_000));
      name = season === 'month' ? `month-${String(month).padStart(2, '0')}` : `quarter-${Math.ceil(month / 3)}`;
      known.set(moment, name);
    }
    return name;
  };
}

function groupsOf({ lines }: Snapshot, groupOf: NonNullable<BasketTraits['groupOf']>) {
  return (line: number) => (lines.customers[line]! < 0 ? undefined : groupOf(lines.customers[line]!));
}

/** Parts the orders by what is said of their first line; parts are in order of name. */
function partOrders({ lines, orderCount }: Snapshot, nameOf: (line: number) => string | undefined): Partition {
  const nameOfOrder: (string | undefined)[] = new Array(orderCount);
  for (let line = 0; line < lines.orders.length; line++) {
    if (line === 0 || lines.orders[line] !== lines.orders[line - 1]) nameOfOrder[lines.orders[line]!] = nameOf(line);
  }
  const names = [...new Set(nameOfOrder.filter((name) => name !== undefined))].sort();
  const numbers = new Map<string | undefined, number>(names.map((name, part) => [name, part]));
  return { names, parts: Int32Array.from(nameOfOrder, (name) => numbers.get(name) ?? -1) };
}
