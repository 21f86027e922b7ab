/** The context of rules that were learnt of all orders. */
export const overallContext = 'all';

/** What the summary of a version says of the rules of one context. */
export interface ContextSummary {
  context: string;
  basket_count: number;
  /** baskets that an itemset had to lie in */
  minimum_count: number;
  /** how many rules were looked for: what significance is corrected for */
  tests: number;
  rules: number;
  significant_rules: number;
}

/** Association rules in memory, in the order they were learnt (most confident first); items are dense indices. */
export interface RuleTable {
  readonly length: number;
  /** rule r has the antecedent `antecedents[offsets[r] .. offsets[r + 1])` */
  readonly offsets: Uint32Array;
  readonly antecedents: Int32Array;
  readonly consequents: Int32Array;
  readonly counts: Int32Array;
  readonly supports: Float64Array;
  readonly confidences: Float64Array;
  readonly lifts: Float64Array;
  readonly leverages: Float64Array;
  readonly convictions: Float64Array;
  readonly pValues: Float64Array;
  /** NaN: the version does not know */
  readonly qValues: Float64Array;
  /** 0: it may well have come by chance */
  readonly significant: Uint8Array;
  /** rules by the first item of their antecedent, each in rule order */
  readonly byFirst: ReadonlyMap<number, readonly number[]>;
  /** rules that a person does not want */
  readonly blocked: ReadonlySet<number>;
}

export interface LearntRule {
  antecedent: readonly number[];
  consequent: number;
  count: number;
  support: number;
  confidence: number;
  lift: number;
  leverage: number;
  conviction: number;
  pValue: number;
  qValue: number;
  significant: boolean;
}

export function buildRuleTable(rules: readonly LearntRule[]): RuleTable {
  const offsets = new Uint32Array(rules.length + 1);
  for (const [number, { antecedent }] of rules.entries()) offsets[number + 1] = offsets[number] + antecedent.length;
  const antecedents = Int32Array.from(rules.flatMap((rule) => rule.antecedent));
  return {
    length: rules.length,
    offsets,
    antecedents,
    consequents: Int32Array.from(rules, (rule) => rule.consequent),
    counts: Int32Array.from(rules, (rule) => rule.count),
    supports: Float64Array.from(rules, (rule) => rule.support),
    confidences: Float64Array.from(rules, (rule) => rule.confidence),
    lifts: Float64Array.from(rules, (rule) => rule.lift),
    leverages: Float64Array.from(rules, (rule) => rule.leverage),
    convictions: Float64Array.from(rules, (rule) => rule.conviction),
    pValues: Float64Array.from(rules, (rule) => rule.pValue),
    qValues: Float64Array.from(rules, (rule) => rule.qValue),
    significant: Uint8Array.from(rules, (rule) => Number(rule.significant)),
    byFirst: indexByFirst(offsets, antecedents),
    blocked: new Set(),
  };
}

/** Rules by the first item of their antecedent, each in rule order. */
export function indexByFirst(offsets: Uint32Array, antecedents: Int32Array): Map<number, number[]> {
  const byFirst = new Map<number, number[]>();
  for (let rule = 0; rule + 1 < offsets.length; rule++) {
    const first = antecedents[offsets[rule]];
    const same = byFirst.get(first);
    if (same) same.push(rule);
    else byFirst.set(first, [rule]);
  }
  return byFirst;
}

export function antecedentOf(table: RuleTable, rule: number): Int32Array {
  return table.antecedents.subarray(table.offsets[rule], table.offsets[rule + 1]);
}

/** The place of a rule by dense indices, the antecedent in the order in which rules have it; undefined: there is none. */
export function findRule(
  table: RuleTable,
  { antecedent, consequent }: { antecedent: readonly number[]; consequent: number },
): number | undefined {
  return (table.byFirst.get(antecedent[0]) ?? []).find(
    (rule) => table.consequents[rule] === consequent && antecedentOf(table, rule).join() === antecedent.join(),
  );
}

/** The table without these rules; the rest is shared. Antecedents are in the order in which the rules have them. */
export function blockRules(
  table: RuleTable,
  blocks: readonly { antecedent: readonly number[]; consequent: number }[],
): RuleTable {
  const blocked = new Set<number>();
  for (const block of blocks) {
    const rule = findRule(table, block);
    if (rule !== undefined) blocked.add(rule);
  }
  return { ...table, blocked };
}

/** May lists be made of it: no chance finding, and wanted? */
function speaks(table: RuleTable, rule: number): boolean {
  return table.significant[rule] === 1 && !table.blocked.has(rule);
}

/** The rules that lists may be made of and whose whole antecedent lies in `items`. */
export function rulesWithin(table: RuleTable, items: ReadonlySet<number>): number[] {
  const found: number[] = [];
  for (const item of items) {
    for (const rule of table.byFirst.get(item) ?? []) {
      let position = table.offsets[rule] + 1;
      while (position < table.offsets[rule + 1] && items.has(table.antecedents[position])) position++;
      if (position === table.offsets[rule + 1] && speaks(table, rule)) found.push(rule);
    }
  }
  return found.sort((a, b) => a - b);
}

/** The rules that lists may be made of and that say what goes with this one item alone. */
export function rulesOf(table: RuleTable, item: number): number[] {
  const isOfItem = (rule: number) => table.offsets[rule + 1] - table.offsets[rule] === 1 && speaks(table, rule);
  return (table.byFirst.get(item) ?? []).filter(isOfItem);
}
