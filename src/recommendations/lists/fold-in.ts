import { type Beside, contentSettings, type Likes } from '../../../models/content-neighbours/index.ts';
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
  /** what stands beside an item by behaviour and content together; absent: `neighbours` alone are asked */
  beside?: ((item: number) => Beside) | undefined;
  /** what is called what was searched for, each search with its age */
  searched?: readonly { likes: Likes; ageDays: number }[] | undefined;
  cart?: ReadonlySet<number>;
  rules?: RuleTable;
}

const neighboursPerItem = 20;
/** Beside so many of the latest items content is asked too: what is alike is looked for where it is not known yet. */
const itemsByContent = 10;

/**
 * Blends the night's candidates with what has happened since:
 *
 * - the night's scores are scaled so that the best is 1;
 * - interest in an item is the sum of weight(behaviour) / (1 + age in days) over its recent behaviours, kept within -1 and 1;
 *   it goes to the item's nearest neighbours in proportion to their weight (the nearest gets all of it), and against the item
 *   itself when it is negative; of the ten latest items neighbours are those by content too (`blendLikes`), and what is alike alone
 *   gets as much of it as it is alike;
 * - a search is an interest, like a look, in the items whose titles are like its words, in proportion to how like they are (the most alike gets all
 *   of it);
 * - rules whose antecedents lie in the cart give their consequent how likely it is by all of them (`completeCart`).
 *
 * An item's score is the sum; its source and `because` are those of the largest part. Items that end below 0 drop out.
 * Without anything recent and without a cart the candidates are given back as they are.
 */
export function mergeSignals(input: FoldInInput): RankedItems {
  const interests = interestsOf(input.recent ?? []);
  const { rules: table, cart } = input;
  const completions = table && cart && cart.size > 0 ? completeCart(table, cart) : [];
  const searched = input.searched ?? [];
  if (interests.size === 0 && completions.length === 0 && searched.length === 0) return input.candidates;

  signals.clear();
  const { neighbours, beside: besideOf } = input;
  let left = itemsByContent;
  for (const [item, interest] of interests) {
    if (interest < 0) signals.add(item, interest, sourceNumber['recent-behaviour'], -1);
    if (besideOf && left-- > 0) {
      addBeside(besideOf(item), item, interest);
      continue;
    }
    if (!neighbours || item >= neighbours.itemCount) continue;
    const start = neighbours.offsets[item];
    const end = Math.min(neighbours.offsets[item + 1], start + neighboursPerItem);
    for (let position = start; position < end; position++) {
      const part = (interest * neighbours.weights[position]) / neighbours.weights[start];
      signals.add(neighbours.neighbours[position], part, sourceNumber['recent-behaviour'], item);
    }
  }
  for (const search of searched) addSearch(search);
  for (const { item, score, rules } of completions) {
    const because = table!.antecedents[table!.offsets[rules[0]]];
    signals.add(item, score, sourceNumber['association-rules'], because, rules);
  }
  return blend(input.candidates, completions.length > 0);
}

function addSearch({ likes: { items, similarities }, ageDays }: { likes: Likes; ageDays: number }): void {
  const interest = behaviours.view.weightNow / (1 + ageDays);
  for (let place = 0; place < items.length && place < neighboursPerItem; place++) {
    signals.add(items[place], (interest * similarities[place]) / similarities[0], sourceNumber.search, -1);
  }
}

function addBeside({ items, weights, isByContent }: Beside, item: number, interest: number): void {
  const most = Math.max(weights[0], contentSettings.priorStrength);
  for (let place = 0; place < items.length && place < neighboursPerItem; place++) {
    const source = sourceNumber[isByContent[place] ? 'content' : 'recent-behaviour'];
    signals.add(items[place], (interest * weights[place]) / most, source, item);
  }
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

/**
 * Items' scores from several parts, each with source, reason and rules of the largest: columns by place, used again by every list, because
 * an object and an entry of a map for each of some hundred items cost more than all else that is done with them.
 */
class Signals {
  count = 0;
  items: number[] = [];
  scores: number[] = [];
  largest: number[] = [];
  sources: number[] = [];
  because: number[] = [];
  rules: (readonly number[])[] = [];
  reasons: number[] = [];
  /** by item: its place from 1; 0: it has none */
  private places = new Int32Array(1_024);

  clear(): void {
    for (let place = 0; place < this.count; place++) this.places[this.items[place]] = 0;
    this.count = 0;
  }

  /** -1: nothing speaks of the item */
  placeOf(item: number): number {
    return item < this.places.length ? this.places[item] - 1 : -1;
  }

  add(item: number, part: number, source: number, because: number, rules = noRules): void {
    const place = this.placeOf(item);
    if (place >= 0) {
      this.scores[place] += part;
      if (part > this.largest[place]) this.become(place, part, source, because, rules);
      return;
    }
    if (item >= this.places.length) this.grow(item);
    this.places[item] = this.count + 1;
    this.items[this.count] = item;
    this.scores[this.count] = part;
    this.become(this.count++, part, source, because, rules);
  }

  become(place: number, part: number, source: number, because: number, rules: readonly number[], reason = 0): void {
    this.reasons[place] = reason;
    this.largest[place] = part;
    this.sources[place] = source;
    this.because[place] = because;
    this.rules[place] = rules;
  }

  private grow(item: number): void {
    const grown = new Int32Array(2 * (item + 1));
    grown.set(this.places);
    this.places = grown;
  }
}

const noRules: readonly number[] = [];
const signals = new Signals();

/** Adds the candidates to the signals that speak of them, and merges the others, which are in order already, with these. */
function blend(candidates: RankedItems, hasRules: boolean): RankedItems {
  const length = candidates.items.length;
  const scale = length > 0 && candidates.scores[0] > 0 ? 1 / candidates.scores[0] : 0;
  const untouched: number[] = [];
  for (let rank = 0; rank < length; rank++) {
    const place = signals.placeOf(candidates.items[rank]);
    if (place < 0) {
      untouched.push(rank);
      continue;
    }
    const part = candidates.scores[rank] * scale;
    signals.scores[place] += part;
    if (part >= signals.largest[place])
      signals.become(
        place,
        part,
        candidates.sources[rank],
        candidates.because[rank],
        noRules,
        candidates.reasons?.[rank],
      );
  }
  const touched: number[] = [];
  for (let place = 0; place < signals.count; place++) if (signals.scores[place] >= 0) touched.push(place);
  touched.sort((a, b) => signals.scores[b] - signals.scores[a]);
  return merged(candidates, scale, untouched, touched, hasRules);
}

/** Ranks of candidates and places of signals, each in order, in one order; of equals the candidate comes first. */
function merged(
  candidates: RankedItems,
  scale: number,
  untouched: readonly number[],
  touched: readonly number[],
  hasRules: boolean,
): RankedItems {
  const length = untouched.length + touched.length;
  const items = new Array<number>(length);
  const scores = new Array<number>(length);
  const sources = new Array<number>(length);
  const because = new Array<number>(length);
  const reasons = candidates.reasons && new Array<number>(length);
  const rules = hasRules ? new Array<readonly number[]>(length).fill(noRules) : undefined;
  let [next, other] = [0, 0];
  for (let at = 0; at < length; at++) {
    const place = other < touched.length ? touched[other] : -1;
    const rank = next < untouched.length ? untouched[next] : -1;
    if (rank >= 0 && (place < 0 || candidates.scores[rank] * scale >= signals.scores[place])) {
      items[at] = candidates.items[rank];
      scores[at] = candidates.scores[rank] * scale;
      sources[at] = candidates.sources[rank];
      because[at] = candidates.because[rank];
      if (reasons) reasons[at] = candidates.reasons[rank];
      next++;
    } else {
      items[at] = signals.items[place];
      scores[at] = signals.scores[place];
      sources[at] = signals.sources[place];
      because[at] = signals.because[place];
      if (reasons) reasons[at] = signals.reasons[place];
      if (rules) rules[at] = signals.rules[place];
      other++;
    }
  }
  return { items, scores, sources, because, ...(reasons && { reasons }), ...(rules && { rules }) };
}
