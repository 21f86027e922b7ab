import { cutPage, readCursor } from '../cursor.ts';
import { invalidField } from '../errors.ts';
import type { Catalogue } from './catalogue.ts';
import type { ServedRelease } from './release.ts';
import type { RuleTable } from './rule-table.ts';

/** Which rules, as the API asks for them. */
export interface RuleQuery {
  item_id?: string;
  min_support?: number;
  min_confidence?: number;
  min_lift?: number;
  limit?: number;
  cursor?: string;
}

/** One page of rules, as the API tells them. */
export interface RulePage {
  version: number | null;
  basket_count: number;
  rules: Rule[];
  next_cursor: string | null;
}

export interface Rule {
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
}

/** One page of the published rules that pass the query, most confident first. @throws PannierError `invalid_request` */
export function listRules(catalogue: Catalogue, release: ServedRelease, query: RuleQuery): RulePage {
  const cursor = readCursor(query.cursor, 2);
  const { rules } = release;
  if (!rules) return { version: null, basket_count: 0, rules: [], next_cursor: null };
  const { version, table, basketCount } = rules;
  if (cursor && cursor[0] !== version) throw invalidField('cursor', 'is of rules that are not served any more');
  const limit = query.limit ?? 100;
  const found: number[] = [];
  const passes = testOf(catalogue, table, query);
  for (let rule = (cursor?.[1] ?? -1) + 1; rule < table.length && found.length <= limit; rule++) {
    if (passes(rule)) found.push(rule);
  }
  const { page, next } = cutPage(found, limit, (rule) => [version, rule]);
  return {
    version,
    basket_count: basketCount,
    rules: page.map((rule) => toRule(catalogue, table, rule)),
    next_cursor: next,
  };
}

function testOf(catalogue: Catalogue, table: RuleTable, query: RuleQuery): (rule: number) => boolean {
  const { min_support: support = 0, min_confidence: confidence = 0, min_lift: lift = 0 } = query;
  const item = query.item_id === undefined ? undefined : (catalogue.indexOf(query.item_id) ?? -1);
  return (rule) => {
    if (table.supports[rule] < support || table.confidences[rule] < confidence || table.lifts[rule] < lift)
      return false;
    if (item === undefined || table.consequents[rule] === item) return true;
    return antecedentOf(table, rule).includes(item);
  };
}

function antecedentOf(table: RuleTable, rule: number): Int32Array {
  return table.antecedents.subarray(table.offsets[rule], table.offsets[rule + 1]);
}

function toRule(catalogue: Catalogue, table: RuleTable, rule: number): Rule {
  const conviction = table.convictions[rule];
  return {
    antecedent: Array.from(antecedentOf(table, rule), (item) => catalogue.record(item).itemId),
    consequent: catalogue.record(table.consequents[rule]).itemId,
    count: table.counts[rule],
    support: table.supports[rule],
    confidence: table.confidences[rule],
    lift: table.lifts[rule],
    leverage: table.leverages[rule],
    conviction: Number.isFinite(conviction) ? conviction : null,
    p_value: table.pValues[rule],
  };
}
