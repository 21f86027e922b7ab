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
  /** rules by the first item of their antecedent, each in rule order */
  readonly byFirst: ReadonlyMap<number, readonly number[]>;
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
}

export function buildRuleTable(rules: readonly LearntRule[]): RuleTable {
  const offsets = new Uint32Array(rules.length + 1);
  const byFirst = new Map<number, number[]>();
  for (const [number, { antecedent }] of rules.entries()) {
    offsets[number + 1] = offsets[number] + antecedent.length;
    const same = byFirst.get(antecedent[0]);
    if (same) same.push(number);
    else byFirst.set(antecedent[0], [number]);
  }
  return {
    length: rules.length,
    offsets,
    antecedents: Int32Array.from(rules.flatMap((rule) => rule.antecedent)),
    consequents: Int32Array.from(rules, (rule) => rule.consequent),
    counts: Int32Array.from(rules, (rule) => rule.count),
    supports: Float64Array.from(rules, (rule) => rule.support),
    confidences: Float64Array.from(rules, (rule) => rule.confidence),
    lifts: Float64Array.from(rules, (rule) => rule.lift),
    leverages: Float64Array.from(rules, (rule) => rule.leverage),
    convictions: Float64Array.from(rules, (rule) => rule.conviction),
    pValues: Float64Array.from(rules, (rule) => rule.pValue),
    byFirst,
  };
}

/** The rules whose whole antecedent lies in `items`. */
export function rulesWithin(table: RuleTable, items: ReadonlySet<number>): number[] {
  const found: number[] = [];
  for (const item of items) {
    for (const rule of table.byFirst.get(item) ?? []) {
      let position = table.offsets[rule] + 1;
      while (position < table.offsets[rule + 1] && items.has(table.antecedents[position])) position++;
      if (position === table.offsets[rule + 1]) found.push(rule);
    }
  }
  return found.sort((a, b) => a - b);
}

/** The rules that say what goes with this one item alone. */
export function rulesOf(table: RuleTable, item: number): number[] {
  return (table.byFirst.get(item) ?? []).filter((rule) => table.offsets[rule + 1] - table.offsets[rule] === 1);
}
