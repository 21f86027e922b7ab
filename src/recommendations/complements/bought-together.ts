import type { ServedRelease } from '../learnt/served-release.ts';
import { fillList } from '../lists/fill-list.ts';
import { withValues } from '../lists/filters/attributes.ts';
import type { Allowed } from '../lists/filters/filter.ts';
import { fillInput, finishList } from '../lists/finish-list.ts';
import { allowedOf } from '../lists/item-lists.ts';
import type { MadeList } from '../lists/made-list.ts';
import type { ListOptions } from '../lists/personal-list.ts';
import { popularRanks } from '../lists/popular-ranks.ts';
import { type ReasonSource, sourceNumber } from '../lists/ranked-items.ts';
import { phraseNumber } from '../lists/reasons.ts';
import { usualView } from '../lists/view/list-view.ts';
import type { Catalogue } from '../memory/catalogue/catalogue.ts';
import { allBits, type Bits, intersect, subtract } from '../memory/item-sets/bits.ts';
import { antecedentOf, rulesOf } from '../rules/rule-table.ts';
import { categoriesBeside, substitutesOf } from './complement-table.ts';

/** What a bought-together list is made of and for. */
export interface TogetherInput {
  catalogue: Catalogue;
  release: ServedRelease;
  item: number;
  options: ListOptions;
  /** items that must not appear, beside those that the options name */
  excluded?: ReadonlySet<number> | undefined;
  /** epoch ms */
  now: number;
}

const uncategorised = () => -1;
const phraseOfSource: Partial<Record<ReasonSource, number>> = {
  'association-rules': phraseNumber.together,
  'co-occurrence': phraseNumber.boughtAlong,
  'category-complement': phraseNumber.categoryAlong,
};

/** Candidates as they come, each item once, scores never rising. */
interface Candidates {
  items: number[];
  scores: number[];
  sources: number[];
  because: number[];
  rules: number[][];
}

/**
 * What goes with an item: its rules, then what was bought in one order with it above chance though too seldom for a rule, then
 * best sellers of categories that are bought with its own, then what is popular elsewhere; each says which. What stands in for
 * the item is kept out, and so is what a blocked rule of it would name.
 */
export function makeTogetherList(input: TogetherInput): MadeList {
  const { catalogue, release, item, options, now } = input;
  const { limit, view = usualView } = options;
  const complements = release.rules?.complements;
  const unwanted = new Set([...blockedBeside(input), ...(input.excluded ?? [])]);
  if (complements) for (const other of substitutesOf(complements, item)) unwanted.add(other);
  const allowed = allowedOf(catalogue, options, now, item, unwanted);
  const candidates: Candidates = { items: [], scores: [], sources: [], because: [], rules: [] };
  addRules(input, candidates);
  addCoOccurrences(input, candidates);
  const left = limit - candidates.items.filter(allowed.allows).length;
  if (left > 0) addCategoryComplements(input, candidates, allowed, left);
  const prefers = outsideCategory(catalogue, item);
  const shelf = { ...fillInput(catalogue, release, limit, allowed), categoryOf: uncategorised };
  const list = fillList(candidates, prefers ? { ...shelf, prefers } : shelf);
  const phraseOf = (rank: number) => phraseOfSource[sourceNames[candidates.sources[rank]]] ?? phraseNumber.together;
  return finishList(catalogue, list, { release, model: 'rules', ranked: candidates, phraseOf, view });
}

/** undefined: it has no category */
function outsideCategory({ sets, size, record }: Catalogue, item: number): Bits | undefined {
  const { category } = record(item);
  if (category === null) return undefined;
  const others = allBits(size);
  subtract(others, withValues(sets.ownCategories(), [category], size));
  return others;
}

const sourceNames = Object.fromEntries(
  Object.entries(sourceNumber).map(([name, number]) => [number, name as ReasonSource]),
) as Record<number, ReasonSource>;

function add(
  to: Candidates,
  because: number,
  item: number,
  score: number,
  source: ReasonSource,
  rules: number[],
): void {
  to.items.push(item);
  to.scores.push(Math.min(score, to.scores.at(-1) ?? score));
  to.sources.push(sourceNumber[source]);
  to.because.push(because);
  to.rules.push(rules);
}

function addRules({ release, item }: TogetherInput, to: Candidates): void {
  const table = release.rules?.table;
  if (!table) return;
  for (const rule of rulesOf(table, item)) {
    add(to, item, table.consequents[rule], table.confidences[rule], 'association-rules', [rule]);
  }
}

function addCoOccurrences({ release, item }: TogetherInput, to: Candidates): void {
  const table = release.rules?.complements;
  if (!table || item + 1 >= table.offsets.length) return;
  const known = new Set(to.items);
  for (let place = table.offsets[item]; place < table.offsets[item + 1]; place++) {
    const other = table.items[place];
    if (!known.has(other)) add(to, item, other, table.confidences[place], 'co-occurrence', []);
  }
}

/** Best sellers of the categories that are bought with the item's own, one of each category in turn. */
function addCategoryComplements(
  { catalogue, release, item }: TogetherInput,
  to: Candidates,
  { allows, within }: Allowed,
  left: number,
): void {
  const { popularity, rules } = release;
  const path = catalogue.record(item).category;
  if (!rules || !popularity || path === null) return;
  const shelves = categoriesBeside(rules.complements, path).flatMap((category) => {
    const below = catalogue.categoriesBelow(category);
    return below ? [{ category, below, ranks: [] as number[] }] : [];
  });
  if (shelves.length === 0) return;
  const paths = shelves.map(({ category }) => category);
  const onShelves = withValues(catalogue.sets.mainCategories(), paths, catalogue.size);
  intersect(onShelves, within);
  const known = new Set(to.items);
  let open = shelves.length;
  for (const rank of popularRanks(popularity.items, onShelves)) {
    if (open === 0) break;
    const other = popularity.items[rank];
    const category = catalogue.categoryOf(other);
    const shelf = shelves.find(({ below, ranks }) => ranks.length < left && below.has(category));
    if (!shelf || known.has(other) || !allows(other)) continue;
    if (shelf.ranks.push(rank) === left) open--;
  }
  for (let place = 0; place < left; place++) {
    for (const { ranks } of shelves) {
      if (place >= ranks.length) continue;
      const rank = ranks[place];
      add(to, item, popularity.items[rank], popularity.scores[rank], 'category-complement', []);
    }
  }
}

/** What rules that a person blocked say of the item: nothing else may say it either. */
function blockedBeside({ catalogue, release, item }: TogetherInput): number[] {
  const key = catalogue.record(item).itemKey;
  const blocked = release.ruleBlocks
    .filter(({ antecedent }) => antecedent.length === 1 && antecedent[0] === key)
    .flatMap(({ consequent }) => catalogue.indexOfKey(consequent) ?? []);
  const table = release.rules?.table;
  for (const rule of table?.blocked ?? []) {
    const antecedent = antecedentOf(table!, rule);
    if (antecedent.length === 1 && antecedent[0] === item) blocked.push(table!.consequents[rule]);
  }
  return blocked;
}
