import type { Itemsets } from '../itemsets/itemsets.ts';
import { findCandidates } from './candidates.ts';
import { adjustPValues, countTests } from './false-discovery.ts';

/** "Baskets that hold the antecedent also hold the consequent." Supports are shares of all baskets. */
export interface AssociationRule {
  /** item indices, ascending; never empty */
  readonly antecedent: readonly number[];
  /** item index */
  readonly consequent: number;
  /** baskets that hold antecedent and consequent */
  readonly count: number;
  readonly antecedentCount: number;
  readonly consequentCount: number;
  /** share of all baskets that hold antecedent and consequent */
  readonly support: number;
  /** share of the antecedent's baskets that hold the consequent */
  readonly confidence: number;
  /** confidence / share of all baskets that hold the consequent; 1 = independent */
  readonly lift: number;
  /** support less what independence would give, -0.25 to 0.25 */
  readonly leverage: number;
  /** (1 - share of the consequent) / (1 - confidence); Infinity when confidence is 1 */
  readonly conviction: number;
  /** one-sided Fisher's exact test of antecedent against consequent, one rule by itself */
  readonly pValue: number;
  /** least share of false discoveries among the significant rules with which this one would be among them */
  readonly qValue: number;
  /** false: it may well have come by chance */
  readonly significant: boolean;
}

/** Thresholds that a rule must reach, and how many rules are kept. */
export interface RuleOptions {
  /** 0 to 1 */
  readonly minimumConfidence: number;
  /** 0 or more */
  readonly minimumLift: number;
  /** items in antecedent and consequent together, 2 or more; default 2 */
  readonly minimumLength?: number;
  /** to what length itemsets were looked for; default any */
  readonly maximumLength?: number;
  /** how much more confident than each of its sub-rules a longer rule must be, 0 to 1; default: sub-rules are not looked at */
  readonly minimumImprovement?: number;
  /** 0 to 1; default 1. Every rule is tested by itself: nothing is corrected for how many there are. */
  readonly maximumPValue?: number;
  /** the expected share of chance among the rules called significant, 0 to 1; default 0.05 */
  readonly maximumFalseDiscoveryRate?: number;
  /** default no bound; where there are more, significant ones are kept first, then shorter antecedents, then the first in order */
  readonly maximumRules?: number;
}

/**
 * All rules with one consequent and one or more items in the antecedent that pass the thresholds (each "at least", or
 * "at most" for the p-value), in the order: confidence descending, count descending, antecedent in canonical order
 * (shorter first, then lexicographic), consequent ascending.
 *
 * Significance is corrected for all rules that were looked for (`countTests`); a longer rule is significant only if each of
 * its items adds something significant to the others.
 *
 * Source: Agrawal & Srikant 1994 (support, confidence), Brin et al. 1997 (lift, conviction), Piatetsky-Shapiro 1991
 * (leverage), Hahsler & Hornik 2007 (Fisher's test on rules), Benjamini & Hochberg 1995 (correction), Bayardo, Agrawal &
 * Gunopulos 1999 (improvement), Webb 2007 (what each item adds).
 *
 * Memory: 8 bytes an itemset, 8 an item of an itemset with `minimumImprovement`, 56 a rule before `maximumRules` cuts, beside
 * the rules themselves.
 *
 * @param itemsets as mined, closed under subsets
 * @param basketCount how many baskets they were mined from
 * @throws RangeError naming the argument that is out of range
 */
export function deriveRules(itemsets: Itemsets, basketCount: number, options: RuleOptions): AssociationRule[] {
  const { minimumLength = 2, maximumLength = Infinity, minimumImprovement, maximumPValue = 1 } = options;
  const { minimumConfidence, minimumLift, maximumFalseDiscoveryRate = 0.05, maximumRules = Infinity } = options;
  for (const [name, share] of Object.entries({
    minimumConfidence,
    minimumImprovement,
    maximumPValue,
    maximumFalseDiscoveryRate,
  })) {
    if (share !== undefined && !(share >= 0 && share <= 1))
      throw new RangeError(`${name} must be from 0 to 1: ${share}`);
  }
  if (!(minimumLift >= 0)) throw new RangeError(`minimumLift must be 0 or more: ${minimumLift}`);
  if (!(minimumLength >= 2)) throw new RangeError(`minimumLength must be 2 or more: ${minimumLength}`);
  if (maximumRules !== Infinity && !(Number.isSafeInteger(maximumRules) && maximumRules >= 0)) {
    throw new RangeError(`maximumRules must be an integer of 0 or more: ${maximumRules}`);
  }
  if (!Number.isSafeInteger(basketCount) || itemsets.counts.some((count) => count > basketCount)) {
    throw new RangeError(`basketCount must be an integer no smaller than any itemset's count: ${basketCount}`);
  }

  const { offsets, items, counts } = itemsets;
  const candidates = findCandidates(itemsets, basketCount, {
    minimumConfidence,
    minimumLift,
    minimumLength,
    minimumImprovement: minimumImprovement ?? -Infinity,
    maximumPValue,
  });
  const tests = countTests(itemsets, minimumLength, maximumLength);
  const qValues = adjustPValues(candidates.chances.subarray(0, candidates.size), tests);
  const isChance = (rule: number) => (qValues[rule] > maximumFalseDiscoveryRate ? 1 : 0);
  let kept = Uint32Array.from({ length: candidates.size }, (_, rule) => rule);
  if (kept.length > maximumRules) {
    const byWorth = (a: number, b: number) => isChance(a) - isChance(b) || lengthOf(a) - lengthOf(b) || compare(a, b);
    kept = kept.sort(byWorth).slice(0, maximumRules);
  }
  return Array.from(kept.sort(compare), describe);

  function lengthOf(rule: number): number {
    return offsets[candidates.antecedents[rule] + 1] - offsets[candidates.antecedents[rule]];
  }

  function confidenceOf(rule: number): number {
    return counts[candidates.itemsets[rule]] / counts[candidates.antecedents[rule]];
  }

  function compare(a: number, b: number): number {
    return (
      confidenceOf(b) - confidenceOf(a) ||
      counts[candidates.itemsets[b]] - counts[candidates.itemsets[a]] ||
      candidates.antecedents[a] - candidates.antecedents[b] ||
      candidates.consequents[a] - candidates.consequents[b]
    );
  }

  function describe(rule: number): AssociationRule {
    const antecedent = candidates.antecedents[rule];
    const consequent = candidates.consequents[rule];
    const count = counts[candidates.itemsets[rule]];
    const antecedentCount = counts[antecedent];
    const consequentCount = counts[consequent];
    const missed = antecedentCount - count;
    return {
      antecedent: Array.from(items.subarray(offsets[antecedent], offsets[antecedent + 1])),
      consequent: items[offsets[consequent]],
      count,
      antecedentCount,
      consequentCount,
      support: count / basketCount,
      confidence: count / antecedentCount,
      lift: (count * basketCount) / (antecedentCount * consequentCount),
      leverage: (count * basketCount - antecedentCount * consequentCount) / basketCount ** 2,
      conviction:
        missed === 0 ? Infinity : ((basketCount - consequentCount) * antecedentCount) / (basketCount * missed),
      pValue: candidates.pValues[rule],
      qValue: qValues[rule],
      significant: !isChance(rule),
    };
  }
}
