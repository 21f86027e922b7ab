/** Who gets a coupon from a budget, and what that takes of it. */
export interface Allocation {
  /** who gets it, best first */
  readonly chosen: Uint32Array;
  /** never above the budget */
  readonly spent: number;
}

/**
 * Gives a budget to the best scores first, as long as they are above 0 and their cost still fits; who does not fit is passed
 * over. Equal scores go by ascending index.
 *
 * @param scores by customer, of a coupon: the expected incremental margin less the expected discount
 * @param costs by customer, what to set aside, in the unit of the budget: whole minor units keep the sum exact
 * @throws RangeError naming what is not a finite number, or a cost or budget below 0
 */
export function allocateBudget(scores: Float64Array, costs: Float64Array, budget: number): Allocation {
  if (costs.length !== scores.length) {
    throw new RangeError(`costs must have ${scores.length} elements, one a score, not ${costs.length}`);
  }
  const badScore = scores.findIndex((score) => !Number.isFinite(score));
  if (badScore >= 0) throw new RangeError(`scores[${badScore}] must be a finite number, not ${scores[badScore]}`);
  const badCost = costs.findIndex((cost) => !(cost >= 0 && cost < Number.POSITIVE_INFINITY));
  if (badCost >= 0) throw new RangeError(`costs[${badCost}] must be a number from 0 on, not ${costs[badCost]}`);
  if (!(budget >= 0)) throw new RangeError(`budget must be a number from 0 on, not ${budget}`);
  let spent = 0;
  const chosen = Uint32Array.from(scores.keys())
    .filter((customer) => scores[customer] > 0)
    .sort((a, b) => scores[b] - scores[a] || a - b)
    .filter((customer) => {
      const fits = spent + costs[customer] <= budget;
      if (fits) spent += costs[customer];
      return fits;
    });
  return { chosen, spent };
}

/**
 * What a coupon is expected to earn from each customer: uplift × margin of an order − probability of an order with the
 * coupon × discount. Whoever would have bought anyway costs the discount and adds nothing.
 *
 * @param uplift by customer: what the coupon adds to the probability of an order, -1 to 1
 * @param withCoupon by customer: that probability with the coupon, 0 to 1
 * @param margins by customer: of an order, in any one unit of money
 * @param discounts by customer: in the same unit
 * @returns by customer, in the same unit; below 0 where the coupon costs more than it brings
 */
export function expectIncrementalMargin(
  uplift: Float64Array,
  withCoupon: Float64Array,
  margins: Float64Array,
  discounts: Float64Array,
): Float64Array {
  return uplift.map((added, customer) => added * margins[customer] - withCoupon[customer] * discounts[customer]);
}
