import { invalidField } from '../../errors.ts';
import { cutPage, readCursor } from '../../formats/cursor.ts';
import { reaches } from '../../formats/figures.ts';
import type { ServedRelease } from '../learnt/served-release.ts';
import type { Catalogue } from '../memory/catalogue/catalogue.ts';
import { ruleIdIn } from './rule-id.ts';
import { antecedentOf, overallContext, type RuleTable } from './rule-table.ts';

/** By what rules are sorted, the largest first. */
export const ruleSorts = ['confidence', 'lift', 'support', 'leverage'] as const;
export type RuleSort = (typeof ruleSorts)[number];

/** Which rules, as the API asks for them. */
export interface RuleQuery {
  item_id?: string;
  /** default: the rules of all baskets */
  context?: string;
  /** only those that are, or only those that are not */
  significant?: boolean;
  min_support?: number;
  min_confidence?: number;
  min_lift?: number;
  /** of it, or of one below it, is an item of the rule */
  category?: string;
  /** default: confidence */
  sort?: RuleSort;
  limit: number;
  cursor?: string;
}

/** One page of rules, as the API reports them. */
export interface RulePage {
  version: number | null;
  context: string;
  /** every context that can be asked for */
  contexts: string[];
  basket_count: number;
  minimum_count: number;
  tests: number;
  items: ListedRule[];
  /** what the items of the page's rules are called */
  named_items: ItemNamed[];
  next_cursor: string | null;
  /** of the data that the rules were learnt from; null: there are none yet */
  as_of: string | null;
}

/** One rule, as the API reports it. */
export interface ListedRule {
  rule_id: string;
  antecedent: string[];
  consequent: string;
  count: number;
  support: number;
  confidence: number;
  lift: number;
  leverage: number;
  /** null: infinite */
  conviction: number | null;
  p_value: number;
  /** null: the version does not know */
  q_value: number | null;
  significant: boolean;
}

/** What an item of a rule is called, and what it belongs to. */
export interface ItemNamed {
  item_id: string;
  title: string | null;
  category: string | null;
}

/** One page of the published rules of a context that pass the query and nobody has blocked, the largest first. @throws PannierError `invalid_request` */
export function listRules(catalogue: Catalogue, release: ServedRelease, query: RuleQuery): RulePage {
  const cursor = readCursor(query.cursor, 3);
  const { rules } = release;
  const { context = overallContext } = query;
  const contexts = [...(rules?.contexts.keys() ?? [overallContext])];
  const number = contexts.indexOf(context);
  if (number < 0) throw invalidField('context', `is not one of ${contexts.join(', ')}`);
  if (!rules)
    return {
      version: null,
      context,
      contexts,
      ...noFigures,
      items: [],
      named_items: [],
      next_cursor: null,
      as_of: null,
    };
  const { version, asOf } = rules;
  const { table, summary } = rules.contexts.get(context)!;
  const { limit, sort = 'confidence' } = query;
  // Of another context or sort it would go on anywhere.
  const listed = number + contexts.length * ruleSorts.indexOf(sort);
  if (cursor && (cursor[0] !== version || cursor[1] !== listed)) {
    throw invalidField('cursor', 'is of rules that are not served any more, of another context or of another sort');
  }
  const order = orderOf(table, sort);
  const found: number[] = [];
  const passes = testOf(catalogue, table, query);
  for (let place = (cursor?.[2] ?? -1) + 1; place < table.length && found.length <= limit; place++) {
    if (passes(order ? order[place] : place)) found.push(place);
  }
  const { page: places, next } = cutPage(found, limit, (place) => [version, listed, place]);
  const page = places.map((place) => (order ? order[place] : place));
  return {
    version,
    context,
    contexts,
    basket_count: summary.basket_count,
    minimum_count: summary.minimum_count,
    tests: summary.tests,
    items: page.map((rule) => toRule(catalogue, table, rule)),
    named_items: namesOf(catalogue, [
      ...new Set(page.flatMap((rule) => [...antecedentOf(table, rule), table.consequents[rule]])),
    ]),
    next_cursor: next,
    as_of: asOf.toISOString(),
  };
}

/** Orders of tables, which all requests for a release share. */
const orders = new WeakMap<Float64Array, Int32Array>();

/** Rules by a figure; those that are equal in it stay most confident first. undefined: as they are. */
function orderOf(table: RuleTable, sort: RuleSort): Int32Array | undefined {
  if (sort === 'confidence') return undefined;
  const figures = { lift: table.lifts, support: table.supports, leverage: table.leverages }[sort];
  let order = orders.get(figures);
  if (!order) {
    order = Int32Array.from({ length: table.length }, (_, rule) => rule);
    order.sort((a, b) => figures[b] - figures[a] || a - b);
    orders.set(figures, order);
  }
  return order;
}

const noFigures = { basket_count: 0, minimum_count: 0, tests: 0 };

function testOf(catalogue: Catalogue, table: RuleTable, query: RuleQuery): (rule: number) => boolean {
  const { min_support: support = 0, min_confidence: confidence = 0, min_lift: lift = 0, significant } = query;
  const item = query.item_id === undefined ? undefined : (catalogue.indexOf(query.item_id) ?? -1);
  const categories =
    query.category === undefined ? undefined : (catalogue.categoriesBelow(query.category) ?? new Set());
  const isOfCategory = (one: number) => categories?.has(catalogue.categoryOf(one));
  return (rule) => {
    if (table.blocked.has(rule)) return false;
    if (significant !== undefined && significant !== (table.significant[rule] === 1)) return false;
    if (!reaches(table.supports[rule], support) || !reaches(table.confidences[rule], confidence)) return false;
    if (!reaches(table.lifts[rule], lift)) return false;
    if (categories && !isOfCategory(table.consequents[rule]) && !antecedentOf(table, rule).some(isOfCategory))
      return false;
    if (item === undefined || table.consequents[rule] === item) return true;
    return antecedentOf(table, rule).includes(item);
  };
}

/** A rule of a table as the API reports it. */
export function toRule(catalogue: Catalogue, table: RuleTable, rule: number): ListedRule {
  const conviction = table.convictions[rule];
  const qValue = table.qValues[rule];
  const idOf = (item: number) => catalogue.record(item).itemId;
  return {
    rule_id: ruleIdIn(catalogue, table, rule),
    antecedent: Array.from(antecedentOf(table, rule), idOf),
    consequent: idOf(table.consequents[rule]),
    count: table.counts[rule],
    support: table.supports[rule],
    confidence: table.confidences[rule],
    lift: table.lifts[rule],
    leverage: table.leverages[rule],
    conviction: Number.isFinite(conviction) ? conviction : null,
    p_value: table.pValues[rule],
    q_value: Number.isNaN(qValue) ? null : qValue,
    significant: table.significant[rule] === 1,
  };
}

/** What items (dense indices) are called. */
export function namesOf(catalogue: Catalogue, items: readonly number[]): ItemNamed[] {
  return items.map((item) => {
    const { itemId, title, category } = catalogue.record(item);
    return { item_id: itemId, title, category };
  });
}
