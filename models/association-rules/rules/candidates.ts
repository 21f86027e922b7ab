import { ItemsetIndex } from '../itemsets/itemset-index.ts';
import type { Itemsets } from '../itemsets/itemsets.ts';
import { fisherUpperTail } from './fisher.ts';

export interface CandidateOptions {
  readonly minimumConfidence: number;
  readonly minimumLift: number;
  readonly minimumLength: number;
  readonly minimumImprovement: number;
  readonly maximumPValue: number;
}

/** Rules before they are described: the itemsets of the whole, of antecedent and consequent, and two p-values; 28 bytes each. */
export class RuleCandidates {
  size = 0;
  itemsets = new Uint32Array(1024);
  antecedents = new Uint32Array(1024);
  consequents = new Uint32Array(1024);
  /** of antecedent against consequent */
  pValues = new Float64Array(1024);
  /** the largest of that and of the tests whether each item of the antecedent adds anything */
  chances = new Float64Array(1024);

  add(itemset: number, antecedent: number, consequent: number, pValue: number, chance: number): void {
    if (this.size === this.itemsets.length) this.grow();
    this.itemsets[this.size] = itemset;
    this.antecedents[this.size] = antecedent;
    this.consequents[this.size] = consequent;
    this.pValues[this.size] = pValue;
    this.chances[this.size++] = chance;
  }

  private grow(): void {
    for (const name of ['itemsets', 'antecedents', 'consequents'] as const) {
      const longer = new Uint32Array(2 * this.size);
      longer.set(this[name]);
      this[name] = longer;
    }
    for (const name of ['pValues', 'chances'] as const) {
      const longer = new Float64Array(2 * this.size);
      longer.set(this[name]);
      this[name] = longer;
    }
  }
}

/**
 * The rules that pass the thresholds, shorter ones first.
 *
 * A longer rule must be more confident than each of its sub-rules (the same consequent, some of the antecedent), by
 * `minimumImprovement` at least (Bayardo, Agrawal & Gunopulos 1999); -Infinity asks for nothing. And each of its items must
 * add something: its chance is the largest p-value of Fisher's test within the baskets that hold the others (Webb 2007).
 */
export function findCandidates(itemsets: Itemsets, basketCount: number, options: CandidateOptions): RuleCandidates {
  const { minimumConfidence, minimumLift, minimumLength, minimumImprovement, maximumPValue } = options;
  const { size, offsets, items, counts, countsByLength } = itemsets;
  const index = new ItemsetIndex(itemsets);
  const candidates = new RuleCandidates();
  /** by place in `items`: the best confidence of that consequent given others of the itemset */
  const best = new Float64Array(minimumImprovement === -Infinity ? 0 : items.length);
  const without = new Uint32Array(countsByLength.length);

  for (let itemset = countsByLength[0] ?? 0; itemset < size; itemset++) {
    const start = offsets[itemset];
    const length = offsets[itemset + 1] - start;
    for (let i = 0; i < length; i++) without[i] = index.findWithout(itemset, start + i);
    for (let i = 0; i < length; i++) {
      const antecedent = without[i];
      // A quotient of two counts is rounded just as a decimal literal is, so 3 of 10 does meet a threshold of 0.3.
      const confidence = counts[itemset] / counts[antecedent];
      const isBetter = best.length === 0 || improves(start, length, i, confidence);
      if (length < minimumLength || confidence < minimumConfidence || !isBetter) continue;
      const consequent = index.find(items[start + i]);
      const [both, first, second] = [counts[itemset], counts[antecedent], counts[consequent]];
      if ((both * basketCount) / (first * second) < minimumLift) continue;
      const pValue = fisherUpperTail(both, first, second, basketCount);
      if (pValue > maximumPValue) continue;
      candidates.add(itemset, antecedent, consequent, pValue, Math.max(pValue, chanceOf(itemset, length, i)));
    }
  }
  return candidates;

  /** Compares with the sub-rules, and notes the best confidence for the longer ones to come. */
  function improves(start: number, length: number, i: number, confidence: number): boolean {
    let rival = -Infinity;
    for (let j = 0; j < length && length > 2; j++) {
      if (j !== i) rival = Math.max(rival, best[offsets[without[j]] + (j < i ? i - 1 : i)]);
    }
    best[start + i] = Math.max(confidence, rival);
    return confidence > rival && confidence - rival >= minimumImprovement;
  }

  /** The largest p-value of what each single item of the antecedent adds to the others; 0 where there are no others. */
  function chanceOf(itemset: number, length: number, i: number): number {
    let chance = 0;
    const antecedent = without[i];
    for (let j = 0; j < length && length > 2; j++) {
      if (j === i) continue;
      const others = index.findWithout(antecedent, offsets[antecedent] + (j < i ? j : j - 1));
      const tested = fisherUpperTail(counts[itemset], counts[antecedent], counts[without[j]], counts[others]);
      chance = Math.max(chance, tested);
    }
    return chance;
  }
}
