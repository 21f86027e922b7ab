import { type BehaviourType, behaviours } from '../../intake/index.ts';
import { completeCart } from '../rules/complete-cart.ts';
import type { RuleTable } from '../rules/rule-table.ts';
import { type RankedItems, sourceNumber } from './ranked-items.ts';

/** A behaviour that the night has not seen, with an item by its dense index. */
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

/** The night's candidates, and what has happened since. */
export interface FoldInInput {
  /** the night's candidates, best first */
  candidates: RankedItems;
  /** what the night has not seen yet */
  recent?: readonly RecentBehaviour[];
  neighbours?: NeighbourTable;
  cart?: ReadonlySet<number>;
  rules?: RuleTable;
}

const neighboursPerItem = 20;

/**
 * Blends the night's candidates with what has happened since:
 *
 * - the night's scores are scaled so that the best is 1;
 * - interest in an item is the sum of weight(behaviour) / (1 + age in days) over its recent behaviours, kept within -1 and 1;
 *   it goes to the item's nearest neighbours in proportion to their weight (the nearest gets all of it), and against the item
 *   itself when it is negative;
 * - rules whose antecedents lie in the cart give their consequent how likely it is by all of them (`completeCart`).
 *
 * An item's score is the sum; its source and `because` are those of the largest part. Items that end below 0 drop out.
 * Without anything recent and without a cart the candidates are given back as they are.
 */
export function mergeSignals(input: FoldInInput): RankedItems {
  const interests = interestsOf(input.recent ?? []);
  const { rules: table, cart } = input;
  const completions = table && cart && cart.size > 0 ? completeCart(table, cart) : [];
  if (interests.size === 0 && completions.length === 0) return input.candidates;

  const signals = createSignals();
  const { neighbours } = input;
  for (const [item, interest] of interests) {
    if (interest < 0) signals.add(item, interest, sourceNumber['recent-behaviour'], -1, noRules);
    if (!neighbours || item >= neighbours.itemCount) continue;
    const start = neighbours.offsets[item];
    const end = Math.min(neighbours.offsets[item + 1], start + neighboursPerItem);
    for (let position = start; position < end; position++) {
      const part = (interest * neighbours.weights[position]) / neighbours.weights[start];
      signals.add(neighbours.neighbours[position], part, sourceNumber['recent-behaviour'], item, noRules);
    }
  }
  for (const { item, score, rules } of completions) {
    const because = table!.antecedents[table!.offsets[rules[0]]];
    signals.add(item, score, sourceNumber['association-rules'], because, rules);
  }
  return blend(input.candidates, signals.byItem);
}

function interestsOf(recent: readonly RecentBehaviour[]): Map<number, number> {
  const interests = new Map<number, number>();
  for (const { type, item, ageDays } of recent) {
    const weight = behaviours[type].weightNow;
    if (weight !== 0) interests.set(item, (interests.get(item) ?? 0) + weight / (1 + ageDays));
  }
  for (const [item, interest] of interests) interests.set(item, Math.max(-1, Math.min(1, interest)));
  return interests;
}

/** An item's score from several parts, with source, reason and rules of the largest. */
interface Signal {
  item: number;
  score: number;
  largest: number;
  source: number;
  because: number;
  rules: readonly number[];
}

const noRules: readonly number[] = [];

function createSignals() {
  const byItem = new Map<number, Signal>();
  return {
    byItem,
    add(item: number, part: number, source: number, because: number, rules: readonly number[]): void {
      const signal = byItem.get(item);
      if (!signal) byItem.set(item, { item, score: part, largest: part, source, because, rules });
      else {
        signal.score += part;
        if (part > signal.largest) Object.assign(signal, { largest: part, source, because, rules });
      }
    },
  };
}

/** Adds the candidates to the signals that speak of them, and merges the others, which are in order already, with these. */
function blend(candidates: RankedItems, signals: ReadonlyMap<number, Signal>): RankedItems {
  const length = candidates.items.length;
  const scale = length > 0 && candidates.scores[0] > 0 ? 1 / candidates.scores[0] : 0;
  const untouched: number[] = [];
  for (let rank = 0; rank < length; rank++) {
    const signal = signals.get(candidates.items[rank]);
    if (!signal) {
      untouched.push(rank);
      continue;
    }
    const part = candidates.scores[rank] * scale;
    signal.score += part;
    if (part >= signal.largest) {
      signal.largest = part;
      signal.source = candidates.sources[rank];
      signal.because = candidates.because[rank];
      signal.rules = noRules;
    }
  }
  const touched = [...signals.values()].filter(({ score }) => score >= 0).sort((a, b) => b.score - a.score);

  const ranked = {
    items: [] as number[],
    scores: [] as number[],
    sources: [] as number[],
    because: [] as number[],
    rules: [] as (readonly number[])[],
  };
  const take = (item: number, score: number, source: number, because: number, rules: readonly number[]) => {
    ranked.items.push(item);
    ranked.scores.push(score);
    ranked.sources.push(source);
    ranked.because.push(because);
    ranked.rules.push(rules);
  };
  let next = 0;
  for (const { item, score, source, because, rules } of touched) {
    for (; next < untouched.length && candidates.scores[untouched[next]] * scale >= score; next++)
      takeUntouched(untouched[next]);
    take(item, score, source, because, rules);
  }
  for (; next < untouched.length; next++) takeUntouched(untouched[next]);
  return ranked;

  function takeUntouched(rank: number): void {
    const { items, scores, sources, because } = candidates;
    take(items[rank], scores[rank] * scale, sources[rank], because[rank], noRules);
  }
}
