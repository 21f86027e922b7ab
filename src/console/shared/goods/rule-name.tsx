import type { ItemNames } from './names.ts';

export interface RuleItems {
  antecedent: readonly string[];
  consequent: string;
}

/** A rule as one says it: what is in the cart, an arrow, what goes with it. */
export function ruleText({ antecedent, consequent }: RuleItems, names: ItemNames): string {
  const name = (id: string) => names.get(id) ?? id;
  return `${antecedent.map(name).join(' + ')} → ${name(consequent)}`;
}

export function RuleName({ rule, names }: { rule: RuleItems; names: ItemNames }) {
  const name = (id: string) => names.get(id) ?? id;
  return (
    <span className="rule-name">
      <span>{rule.antecedent.map(name).join(' + ')}</span>
      <span className="rule-arrow"> → </span>
      <span>{name(rule.consequent)}</span>
    </span>
  );
}
