import { notFound } from '../../errors.ts';
import type { ServedRelease } from '../learnt/served-release.ts';
import type { Catalogue } from '../memory/catalogue/catalogue.ts';
import { type ItemNamed, type ListedRule, namesOf, toRule } from './list-rules.ts';
import { denseRule, type RuleKeys, readRuleId } from './rule-id.ts';
import { findRule } from './rule-table.ts';

/** A rule in the orders of one context. */
export interface RuleInContext extends ListedRule {
  context: string;
  basket_count: number;
  /** orders that hold the antecedent; the consequent; what chance alone would give of both */
  antecedent_count: number;
  consequent_count: number;
  expected_count: number;
}

/** What there is to know of one rule, as the API reports it. */
export interface RuleDetails {
  rule_id: string;
  version: number;
  items: ItemNamed[];
  /** null: it is not blocked */
  blocked_at: string | null;
  contexts: RuleInContext[];
  as_of: string;
}

/** A rule of the published release in every context that has it, also where it is blocked. @throws PannierError `not_found` */
export function readRule(catalogue: Catalogue, release: ServedRelease, ruleId: string): RuleDetails {
  const keys = readRuleId(ruleId);
  const { rules } = release;
  if (!keys || !rules) throw notFound('rule');
  const wanted = denseRule(catalogue, keys);
  const contexts = [...rules.contexts].flatMap(([context, { table, summary }]): RuleInContext[] => {
    const rule = findRule(table, wanted);
    if (rule === undefined) return [];
    const told = toRule(catalogue, table, rule);
    const { basket_count: baskets } = summary;
    // Whole numbers, which the shares were made of.
    const antecedentCount = Math.round(told.count / told.confidence);
    const consequentCount = Math.round((told.confidence / told.lift) * baskets);
    const counts = { antecedent_count: antecedentCount, consequent_count: consequentCount };
    return [
      {
        context,
        basket_count: baskets,
        ...counts,
        expected_count: (antecedentCount * consequentCount) / baskets,
        ...told,
      },
    ];
  });
  if (contexts.length === 0) throw notFound('rule');
  const isBlocked = ({ antecedent, consequent }: RuleKeys) =>
    consequent === keys.consequent && antecedent.join() === keys.antecedent.join();
  return {
    rule_id: ruleId,
    version: rules.version,
    items: namesOf(catalogue, [...wanted.antecedent, wanted.consequent]),
    blocked_at: release.ruleBlocks.find(isBlocked)?.blockedAt.toISOString() ?? null,
    contexts,
    as_of: rules.asOf.toISOString(),
  };
}
