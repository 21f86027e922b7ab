import type { Catalogue } from '../memory/catalogue/catalogue.ts';
import type { BlockRow, RuleRow } from './learnt-rules.ts';
import { denseRule } from './rule-id.ts';
import { blockRules, buildRuleTable, type ContextSummary, overallContext, type RuleTable } from './rule-table.ts';

/** The rules learnt of all baskets or of some of them. */
export interface ServedRules {
  table: RuleTable;
  summary: Pick<ContextSummary, 'basket_count' | 'minimum_count' | 'tests'>;
}

/** The rules of every context, with the table of the overall one beside them: that is the one that lists are made of. */
export interface RulesByContext {
  contexts: ReadonlyMap<string, ServedRules>;
  table: RuleTable;
}

export function byContext(contexts: ReadonlyMap<string, ServedRules>): RulesByContext {
  return { contexts, table: contexts.get(overallContext)!.table };
}

/** A table for each context, the overall one first and whatever the version holds. */
export function buildServedRules(
  catalogue: Catalogue,
  summary: Record<string, unknown>,
  rows: RuleRow[],
): RulesByContext {
  const rowsOf = new Map<string, RuleRow[]>([[overallContext, []]]);
  const summaries = new Map(contextsOf(summary, rows).map((context) => [context.context, context]));
  for (const context of summaries.keys()) rowsOf.set(context, []);
  for (const row of rows) rowsOf.get(row.context)?.push(row);
  const contexts = new Map(
    Array.from(rowsOf, ([context, own]): [string, ServedRules] => [
      context,
      { table: ruleTableOf(catalogue, own), summary: summaries.get(context)! },
    ]),
  );
  return byContext(contexts);
}

/** What the version's summary says of its contexts; an old one has one context and no count of tests. */
function contextsOf(summary: Record<string, unknown>, rows: RuleRow[]): ContextSummary[] {
  if (Array.isArray(summary['contexts'])) return summary['contexts'];
  const [first] = rows;
  return [
    {
      context: overallContext,
      basket_count: Number(summary['basket_count'] ?? (first ? Math.round(first.count / first.support) : 0)),
      minimum_count: Number(summary['minimum_count'] ?? 0),
      tests: 0,
      rules: rows.length,
      significant_rules: rows.length,
    },
  ];
}

function ruleTableOf(catalogue: Catalogue, rules: RuleRow[]): RuleTable {
  const known = rules.flatMap((rule) => {
    const antecedent = rule.antecedent.map((key) => catalogue.indexOfKey(key) ?? -1);
    const consequent = catalogue.indexOfKey(rule.consequent) ?? -1;
    return consequent < 0 || antecedent.includes(-1) ? [] : [{ ...rule, antecedent, consequent }];
  });
  return buildRuleTable(known);
}

/** The same rules but for those that a person does not want. */
export function withoutRules(
  catalogue: Catalogue,
  contexts: ReadonlyMap<string, ServedRules>,
  ruleBlocks: readonly BlockRow[],
): RulesByContext {
  const blocks = ruleBlocks.map((block) => denseRule(catalogue, block));
  return byContext(
    new Map(
      Array.from(contexts, ([context, { table, summary }]) => [context, { table: blockRules(table, blocks), summary }]),
    ),
  );
}
