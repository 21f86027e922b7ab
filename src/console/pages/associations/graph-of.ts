import type { Rule, Rules } from './rules.ts';

export interface Node {
  id: string;
  /** orders of the context that hold it, as its rules tell; null where none does */
  orders: number | null;
  ruleCount: number;
}

export interface Edge {
  source: string;
  target: string;
  /** how far it bends, so that several between the same two items are seen */
  bend: number;
  rule: Rule;
}

export interface RuleGraphData {
  nodes: Node[];
  edges: Edge[];
}

/** Items and what is between them. Of a rule of several items a line comes from each. */
export function graphOf({ items: rules, basket_count: baskets }: Pick<Rules, 'items' | 'basket_count'>): RuleGraphData {
  const nodes = new Map<string, Node>();
  const edges: Edge[] = [];
  const between = new Map<string, number>();
  const nodeOf = (id: string) => {
    const node = nodes.get(id) ?? { id, orders: null, ruleCount: 0 };
    nodes.set(id, node);
    return node;
  };
  for (const rule of rules) {
    for (const id of [...rule.antecedent, rule.consequent]) nodeOf(id).ruleCount += 1;
    // Confidence is the count over the orders of the antecedent, lift is confidence over the consequent's share.
    nodeOf(rule.consequent).orders ??= Math.round((rule.confidence / rule.lift) * baskets);
    const [only, ...others] = rule.antecedent;
    if (only !== undefined && others.length === 0) nodeOf(only).orders = Math.round(rule.count / rule.confidence);
    for (const source of rule.antecedent) {
      const pair = `${source}\t${rule.consequent}`;
      const place = between.get(pair) ?? 0;
      between.set(pair, place + 1);
      edges.push({ source, target: rule.consequent, bend: 0.12 + 0.1 * place, rule });
    }
  }
  return { nodes: [...nodes.values()], edges };
}
