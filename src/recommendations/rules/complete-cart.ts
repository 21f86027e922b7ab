import { antecedentOf, type RuleTable, rulesWithin } from './rule-table.ts';

/** An item that goes with a cart. */
export interface Completion {
  readonly item: number;
  /** how likely it is bought with what is in the cart, 0 to 1 */
  readonly score: number;
  /** the rules that say so, strongest first; none shares an item of the cart with another */
  readonly rules: readonly number[];
}

/** How much a further rule counts of the one before it. */
const echo = 0.2;

/**
 * What completes a cart, by all rules whose antecedent lies in it.
 *
 * Rules that rest on the same item of the cart say the same twice, so of them the most confident speaks alone. The others
 * are causes beside the consequent's base rate b, which each confidence contains (noisy-or with a leak, Pearl 1988; Henrion
 * 1989). But items of one cart go together themselves: taken for independent, many weak rules drown the strong one. So each
 * further rule counts a fifth of the one before: 1 - (1 - c₀) Π ((1 - cᵢ) / (1 - b))^(1/5)ⁱ. One rule gives its confidence.
 */
export function completeCart(table: RuleTable, cart: ReadonlySet<number>): Completion[] {
  const byItem = new Map<number, { rules: number[]; causes: Set<number> }>();
  for (const rule of rulesWithin(table, cart)) {
    const item = table.consequents[rule];
    if (cart.has(item)) continue;
    let spoken = byItem.get(item);
    if (!spoken) byItem.set(item, (spoken = { rules: [], causes: new Set() }));
    const antecedent = antecedentOf(table, rule);
    const { causes } = spoken;
    if (antecedent.some((cause) => causes.has(cause))) continue;
    spoken.rules.push(rule);
    for (const cause of antecedent) causes.add(cause);
  }
  return Array.from(byItem, ([item, { rules }]) => ({ item, score: combine(table, rules), rules }));
}

function combine({ confidences, lifts }: RuleTable, rules: readonly number[]): number {
  const [strongest, ...others] = rules;
  const withoutBase = 1 - confidences[strongest] / lifts[strongest];
  // What would otherwise be a hair less than the confidence itself; and a base rate of 1 leaves nothing to add.
  if (others.length === 0 || withoutBase <= 0) return confidences[strongest];
  return (
    1 -
    others.reduce(
      (miss, rule, place) => miss * ((1 - confidences[rule]) / withoutBase) ** (echo ** (place + 1)),
      1 - confidences[strongest],
    )
  );
}
