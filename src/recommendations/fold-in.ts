import type { BehaviourType } from '../intake/index.ts';
import { type RankedItems, sourceNumber } from './ranked-items.ts';
import { type RuleTable, rulesWithin } from './rule-table.ts';

export interface RecentBehaviour {
  type: BehaviourType;
  item: number;
  /** at least 0 */
  ageDays: number;
}

/** What each item says about others: `neighbours[offsets[i] .. offsets[i + 1])`, best first, with `weights` > 0 beside them. */
export interface NeighbourTable {
  readonly itemCount: number;
  readonly offsets: ArrayLike<number>;
  readonly neighbours: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
}

export interface FoldInInput {
  /** the night's candidates, best first */
  candidates: RankedItems;
  /** what the night has not seen yet */
  recent?: readonly RecentBehaviour[];
  neighbours?: NeighbourTable;
  cart?: ReadonlySet<number>;
  rules?: RuleTable;
}

/** How much one behaviour of now says about what comes next, against the night's best candidate at 1. */
const behaviourWeights: Record<BehaviourType, number> = {
  purchase: 0.8,
  cart_add: 1,
  favourite: 0.9,
  click: 0.7,
  view: 0.6,
  cart_remove: -1,
  unfavourite: -0.9,
  search: 0,
  impression: 0,
  custom: 0,
};

const neighboursPerItem = 20;
const longestRanking = 200;

/**
 * Blends the night's candidates with what has happened since:
 *
 * - the night's scores are scaled so that the best is 1;
 * - interest in an item is the sum of weight(behaviour) / (1 + age in days) over its recent behaviours, kept within -1 and 1;
 *   it goes to the item's nearest neighbours in proportion to their weight (the nearest gets all of it), and against the item
 *   itself when it is negative;
 * - a rule whose antecedent lies in the cart gives its confidence to its consequent.
 *
 * An item's score is the sum; its source and `because` are those of the largest part. Items that end below 0 drop out.
 * Without anything recent and without a cart the candidates are given back as they are.
 */
export function mergeSignals(input: FoldInInput): RankedItems {
  const interests = interestsOf(input.recent ?? []);
  const rules = input.rules && input.cart && input.cart.size > 0 ? rulesWithin(input.rules, input.cart) : [];
  if (interests.size === 0 && rules.length === 0) return input.candidates;

  const blend = createBlend();
  const { candidates, neighbours } = input;
  const best = candidates.items.length > 0 ? candidates.scores[0] : 0;
  for (let rank = 0; rank < candidates.items.length; rank++) {
    const part = best > 0 ? candidates.scores[rank] / best : 0;
    blend.add(candidates.items[rank], part, candidates.sources[rank], candidates.because[rank], -1);
  }
  for (const [item, interest] of interests) {
    if (interest < 0) blend.add(item, interest, sourceNumber['recent-behaviour'], -1, -1);
    if (!neighbours || item >= neighbours.itemCount) continue;
    const start = neighbours.offsets[item];
    const end = Math.min(neighbours.offsets[item + 1], start + neighboursPerItem);
    for (let position = start; position < end; position++) {
      const part = (interest * neighbours.weights[position]) / neighbours.weights[start];
      blend.add(neighbours.neighbours[position], part, sourceNumber['recent-behaviour'], item, -1);
    }
  }
  // Most confident first: of several rules for one item the first speaks, the others add nothing.
  const spoken = new Set<number>();
  for (const rule of rules) {
    const { consequents, confidences, antecedents, offsets } = input.rules!;
    if (spoken.has(consequents[rule])) continue;
    spoken.add(consequents[rule]);
    const because = antecedents[offsets[rule]];
    blend.add(consequents[rule], confidences[rule], sourceNumber['association-rules'], because, rule);
  }
  return blend.ranked();
}

function interestsOf(recent: readonly RecentBehaviour[]): Map<number, number> {
  const interests = new Map<number, number>();
  for (const { type, item, ageDays } of recent) {
    const weight = behaviourWeights[type];
    if (weight !== 0) interests.set(item, (interests.get(item) ?? 0) + weight / (1 + ageDays));
  }
  for (const [item, interest] of interests) interests.set(item, Math.max(-1, Math.min(1, interest)));
  return interests;
}

/** Sums parts by item, and remembers for each item its largest part. */
function createBlend() {
  const rows = new Map<number, number>();
  const items: number[] = [];
  const scores: number[] = [];
  const largest: number[] = [];
  const sources: number[] = [];
  const because: number[] = [];
  const rules: number[] = [];
  return {
    add(item: number, part: number, source: number, why: number, rule: number): void {
      let row = rows.get(item);
      if (row === undefined) {
        row = items.length;
        rows.set(item, row);
        items.push(item);
        scores.push(0);
        largest.push(-Infinity);
      }
      scores[row] += part;
      if (part > largest[row]) {
        largest[row] = part;
        sources[row] = source;
        because[row] = why;
        rules[row] = rule;
      }
    },
    ranked(): RankedItems {
      const order = items.map((_, row) => row).filter((row) => scores[row] >= 0);
      order.sort((a, b) => scores[b] - scores[a] || a - b);
      if (order.length > longestRanking) order.length = longestRanking;
      return {
        items: order.map((row) => items[row]),
        scores: order.map((row) => scores[row]),
        sources: order.map((row) => sources[row]),
        because: order.map((row) => because[row]),
        rules: order.map((row) => rules[row]),
      };
    },
  };
}
