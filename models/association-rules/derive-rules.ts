import { fisherUpperTail } from './fisher.ts';
import { ItemsetIndex } from './itemset-index.ts';
import type { Itemsets } from './itemsets.ts';
import { Shortlist } from './shortlist.ts';

/** "Baskets that hold the antecedent also hold the consequent." Supports are shares of all baskets. */
export interface Rule {
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
}

export interface RuleOptions {
  /** 0 to 1 */
  readonly minimumConfidence: number;
  /** 0 or more */
  readonly minimumLift: number;
  /** items in antecedent and consequent together, 2 or more; default 2 */
  readonly minimumLength?: number;
  /** 0 to 1; default 1. Every rule is tested by itself: nothing is corrected for how many there are. */
  readonly maximumPValue?: number;
  /** default no bound; where there are more, those of shorter antecedents are kept, then the first in order */
  readonly maximumRules?: number;
}

/**
 * All rules with one consequent and one or more items in the antecedent that pass the thresholds (each "at least", or
 * "at most" for the p-value), in the order: confidence descending, count descending, antecedent in canonical order
 * (shorter first, then lexicographic), consequent ascending.
 *
 * Source: Agrawal & Srikant 1994 (support, confidence), Brin et al. 1997 (lift, conviction), Piatetsky-Shapiro 1991
 * (leverage), Hahsler & Hornik 2007 (Fisher's test on rules).
 *
 * Memory: 8 bytes an itemset, and some 40 for each of twice `maximumRules`, beside the rules themselves.
 *
 * @param itemsets as mined, closed under subsets
 * @param basketCount how many baskets they were mined from
 * @throws RangeError naming the argument that is out of range
 */
export function deriveRules(itemsets: Itemsets, basketCount: number, options: RuleOptions): Rule[] {
  const { minimumConfidence, minimumLift, minimumLength = 2, maximumPValue = 1, maximumRules = Infinity } = options;
  requireShare('minimumConfidence', minimumConfidence);
  requireShare('maximumPValue', maximumPValue);
  if (!(minimumLift >= 0)) throw new RangeError(`minimumLift must be 0 or more: ${minimumLift}`);
  if (!(minimumLength >= 2)) throw new RangeError(`minimumLength must be 2 or more: ${minimumLength}`);
  if (maximumRules !== Infinity && !(Number.isSafeInteger(maximumRules) && maximumRules >= 0)) {
    throw new RangeError(`maximumRules must be an integer of 0 or more: ${maximumRules}`);
  }
  if (!Number.isSafeInteger(basketCount) || itemsets.counts.some((count) => count > basketCount)) {
    throw new RangeError(`basketCount must be an integer no smaller than any itemset's count: ${basketCount}`);
  }

  const { offsets, items, counts, countsByLength } = itemsets;
  const index = new ItemsetIndex(itemsets);
  const kept: Candidate[] = [];
  let end = 0;
  for (const [i, size] of countsByLength.entries()) {
    const start = end;
    end += size;
    if (i + 1 >= minimumLength && kept.length < maximumRules) {
      for (const candidate of findFirst(maximumRules - kept.length, start, end)) kept.push(candidate);
    }
  }
  return kept.sort(compare).map(describe);

  /** The first `room` rules in order that the itemsets `start .. end` give. */
  function findFirst(room: number, start: number, end: number): Candidate[] {
    const shortlist = new Shortlist(room, compare);
    for (let itemset = start; itemset < end; itemset++) {
      for (let place = offsets[itemset]; place < offsets[itemset + 1]; place++) {
        const antecedent = index.findWithout(itemset, place);
        // A quotient of two counts is rounded just as a decimal literal is, so 3 of 10 does meet a threshold of 0.3.
        if (counts[itemset] / counts[antecedent] < minimumConfidence) continue;
        const consequent = index.find(items[place]);
        const [both, first, second] = [counts[itemset], counts[antecedent], counts[consequent]];
        if ((both * basketCount) / (first * second) < minimumLift) continue;
        const candidate = { itemset, antecedent, consequent, pValue: Number.NaN };
        if (!shortlist.admits(candidate)) continue;
        candidate.pValue = fisherUpperTail(both, first, second, basketCount);
        if (candidate.pValue <= maximumPValue) shortlist.add(candidate);
      }
    }
    return shortlist.finish();
  }

  function compare(a: Candidate, b: Candidate): number {
    return (
      counts[b.itemset] / counts[b.antecedent] - counts[a.itemset] / counts[a.antecedent] ||
      counts[b.itemset] - counts[a.itemset] ||
      a.antecedent - b.antecedent ||
      a.consequent - b.consequent
    );
  }

  function describe({ itemset, antecedent, consequent, pValue }: Candidate): Rule {
    const count = counts[itemset];
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
      pValue,
    };
  }
}

/** A rule before it is described: the itemsets of the whole, of the antecedent and of the consequent. */
interface Candidate {
  readonly itemset: number;
  readonly antecedent: number;
  readonly consequent: number;
  /** NaN until it is worth testing */
  pValue: number;
}

function requireShare(name: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${name} must be from 0 to 1: ${value}`);
}
