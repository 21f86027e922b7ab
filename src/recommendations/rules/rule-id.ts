import type { Catalogue } from '../memory/catalogue/catalogue.ts';
import { antecedentOf, type RuleTable } from './rule-table.ts';

/** A rule by the keys of its items, whatever version has it. */
export interface RuleKeys {
  /** ascending */
  antecedent: readonly number[];
  consequent: number;
}

const largestKey = 2 ** 31 - 1;

/** The id of a rule is the same in every version and context: `12.45-7` for the items of keys 12 and 45 and then 7. */
export function ruleIdOf({ antecedent, consequent }: RuleKeys): string {
  return `${antecedent.join('.')}-${consequent}`;
}

/** The id of a rule of a table. */
export function ruleIdIn(catalogue: Catalogue, table: RuleTable, rule: number): string {
  const keyOf = (item: number) => catalogue.record(item).itemKey;
  const antecedent = Array.from(antecedentOf(table, rule), keyOf);
  return ruleIdOf({ antecedent, consequent: keyOf(table.consequents[rule]) });
}

/** undefined: no rule can have this id. */
export function readRuleId(ruleId: string): RuleKeys | undefined {
  const [before, after] = ruleId.split('-');
  const antecedent = before.split('.').map(Number);
  const consequent = Number(after);
  const isPossible =
    [...antecedent, consequent].every((key) => Number.isInteger(key) && key > 0 && key <= largestKey) &&
    antecedent.every((key, place) => key !== consequent && (place === 0 || key > antecedent[place - 1])) &&
    ruleIdOf({ antecedent, consequent }) === ruleId;
  return isPossible ? { antecedent, consequent } : undefined;
}

/** Ids of the items of a rule; undefined: no rule can have this id, or the catalogue has no such item. */
export function itemsOfRule(catalogue: Catalogue, ruleId: string): string[] | undefined {
  const keys = readRuleId(ruleId);
  if (!keys) return undefined;
  const items = [...keys.antecedent, keys.consequent].flatMap((key) => catalogue.indexOfKey(key) ?? []);
  return items.length > keys.antecedent.length ? items.map((item) => catalogue.record(item).itemId) : undefined;
}

/** A rule by dense indices of its items; -1: the catalogue has no such item. */
export function denseRule(catalogue: Pick<Catalogue, 'indexOfKey'>, { antecedent, consequent }: RuleKeys): RuleKeys {
  const indexOf = (key: number) => catalogue.indexOfKey(key) ?? -1;
  return { antecedent: antecedent.map(indexOf), consequent: indexOf(consequent) };
}
