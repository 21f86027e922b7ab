import type { RuleKeys } from './rule-id.ts';

/** A rule as a version has it; items are keys. */
export interface RuleRow {
  /** of what orders it was learnt */
  context: string;
  /** item keys, ascending */
  antecedent: readonly number[];
  consequent: number;
  count: number;
  antecedentCount: number;
  consequentCount: number;
  support: number;
  confidence: number;
  lift: number;
  leverage: number;
  /** Infinity: the rule never failed */
  conviction: number;
  pValue: number;
  /** NaN: of a version that was not corrected for how many rules were tested */
  qValue: number;
  significant: boolean;
}

/** A rule that a person does not want. */
export interface BlockRow extends RuleKeys {
  blockedAt: Date;
}

/** How far two versions of the rules agree; the same rule has the same items in the same context. */
export interface RuleComparison {
  both: number;
  only_first: number;
  only_second: number;
  /** mean absolute difference of the confidence of what is in both; null when nothing is */
  confidence_difference: number | null;
  /** of those that one version alone has, the strongest by leverage */
  first_examples: ComparedRule[];
  second_examples: ComparedRule[];
}

/** A rule that one of two versions has alone; items are ids. */
export interface ComparedRule {
  context: string;
  antecedent: string[];
  consequent: string;
  /** orders with all of its items */
  orders: number;
  confidence: number;
  lift: number;
}
