import { sum } from '../statistics.ts';
import type { Histories } from './histories.ts';
import { expectOrders } from './order-models/expect-orders.ts';
import { type OrderModel, sayOfEach } from './order-models/order-model.ts';
import { type AreaDifference, areaUnderCurve, compareAreas, rank } from './rankings.ts';

/** Ways to say who is likelier to order again. */
export type Ranking = 'model' | 'recency' | 'frequency-and-recency';

/** A model beside rankings that need none, on what was ordered after the cut. */
export interface ValueJudgement {
  readonly customers: number;
  /** of them ordered in the window */
  readonly returned: number;
  /** area under the curve of who ordered in the window */
  readonly areas: Record<Ranking, number>;
  /** of the probability to be alive: of everybody (BG/NBD: 1 for every one-time buyer), and of those with a repeat alone */
  readonly aliveAreas: { readonly everybody: number; readonly repeaters: number };
  /** of those of whom the model tells it, whether it ranks who orders again better than a coin, beyond chance (DeLong) */
  readonly aliveRanks: boolean;
  /** the model's area less that of the better simple ranking */
  readonly advantage: AreaDifference;
  /** the model where its advantage is beyond chance, else the better simple one */
  readonly bestRanking: Ranking;
  readonly orders: { readonly actual: number; readonly expected: number; readonly naive: number };
  readonly meanAbsoluteErrors: { readonly model: number; readonly naive: number };
}

/**
 * Scores by one ranking, higher is likelier to order again: expected orders, time since the last one, or the sum of the ranks
 * by frequency and by recency.
 *
 * @param expected by customer: expected orders, for the model
 * @returns by customer; on a scale of the ranking's own
 */
export function scoreBy(ranking: Ranking, { repeats, lastRepeat, observed }: Histories, expected: Float64Array) {
  if (ranking === 'model') return expected;
  // In a float32, so that equal times stay equal through the rounding of a difference.
  const recency = lastRepeat.map((last, customer) => Math.fround(last - observed[customer]));
  if (ranking === 'recency') return recency;
  const frequency = rank(Float64Array.from(repeats));
  return rank(recency).map((place, customer) => place + frequency[customer]);
}

/**
 * Judges a model that was fitted to what was before a cut by what was ordered after it, beside rankings that need no
 * model and beside the rate of each customer's past.
 *
 * @param before histories at the cut, which the model was fitted to
 * @param ordersAfter of each customer in the window after it
 * @param window its length, in the unit of the histories
 */
export function judgeValue(
  model: OrderModel,
  before: Histories,
  ordersAfter: Uint32Array,
  window: number,
): ValueJudgement {
  const { repeats, observed } = before;
  const expected = expectOrders(model, before, window);
  const naive = Float64Array.from(repeats, (count, customer) =>
    count > 0 ? (count / observed[customer]) * window : 0,
  );
  const returned = Uint8Array.from(ordersAfter, (orders) => Number(orders > 0));
  const scores = {
    model: expected,
    recency: scoreBy('recency', before, expected),
    'frequency-and-recency': scoreBy('frequency-and-recency', before, expected),
  };
  const area = (values: Float64Array) => areaUnderCurve(values, returned);
  const areas = {
    model: area(scores.model),
    recency: area(scores.recency),
    'frequency-and-recency': area(scores['frequency-and-recency']),
  };
  const simple = areas['frequency-and-recency'] > areas.recency ? 'frequency-and-recency' : 'recency';
  const advantage = compareAreas(scores.model, scores[simple], returned);
  const alive = sayOfEach(model, before, (history) => model.aliveProbability(history));
  const isRepeater = (_: number, customer: number) => repeats[customer] > 0;
  const [aliveRepeaters, returnedRepeaters] = [alive.filter(isRepeater), returned.filter(isRepeater)];
  const [told, toldReturned] = model.tellsOfOneOrder ? [alive, returned] : [aliveRepeaters, returnedRepeaters];
  const coin = new Float64Array(told.length);
  const error = (guess: Float64Array) =>
    sum(guess.map((orders, n) => Math.abs(orders - ordersAfter[n]))) / guess.length;
  return {
    customers: repeats.length,
    returned: sum(returned),
    areas,
    aliveAreas: {
      everybody: area(alive),
      repeaters: areaUnderCurve(aliveRepeaters, returnedRepeaters),
    },
    aliveRanks: compareAreas(told, coin, toldReturned).low > 0,
    advantage,
    bestRanking: advantage.low > 0 ? 'model' : simple,
    orders: { actual: sum(ordersAfter), expected: sum(expected), naive: sum(naive) },
    meanAbsoluteErrors: { model: error(expected), naive: error(naive) },
  };
}
