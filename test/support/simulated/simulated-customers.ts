import type { Histories } from '../../../models/customer-value/index.ts';
import { seededRandom } from '../../../models/random.ts';

/** How customers of a model leave: with a chance after each order, or at a rate. */
export type Leaving = { a: number; b: number; isAtOnce?: boolean } | { s: number; beta: number };

/** Of some customers: they order so many times as often, and leave so many times as readily. */
export interface PlantedEffect {
  orders: number;
  leaving: number;
}

/**
 * Customers who live by the models' own rules, watched for up to `weeks`, their orders in as many weeks after, and who is there
 * still when they begin.
 *
 * @param effectOf by customer; absent: all are alike
 */
export function simulate(
  truth: { r: number; alpha: number } & Leaving,
  customers: number,
  weeks: number,
  seed = 7,
  effectOf: (customer: number) => PlantedEffect = () => ({ orders: 1, leaving: 1 }),
) {
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  // Marsaglia and Tsang 2000; below 1 by the power of a uniform number.
  const gamma = (shape: number): number => {
    if (shape < 1) return gamma(shape + 1) * (1 - random()) ** (1 / shape);
    const d = shape - 1 / 3;
    for (;;) {
      const x = normal();
      const v = (1 + x / Math.sqrt(9 * d)) ** 3;
      if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d * (1 - v + Math.log(v))) return d * v;
    }
  };
  const histories: Histories = {
    repeats: new Uint32Array(customers),
    lastRepeat: new Float64Array(customers),
    observed: new Float64Array(customers),
    meanSpend: new Float64Array(customers),
  };
  const after = new Uint32Array(customers);
  const later = {
    repeats: new Uint32Array(customers),
    lastRepeat: new Float64Array(customers),
    observed: new Float64Array(customers),
  };
  const isThere = new Uint8Array(customers);
  for (let customer = 0; customer < customers; customer++) {
    const effect = effectOf(customer);
    const rate = (effect.orders * gamma(truth.r)) / truth.alpha;
    let [dropout, end] = [0, Infinity];
    if ('a' in truth) {
      const [left, stayed] = [gamma(effect.leaving * truth.a), gamma(truth.b)];
      dropout = left / (left + stayed);
      if (truth.isAtOnce && random() < dropout) end = 0;
    } else end = -Math.log(1 - random()) / ((effect.leaving * gamma(truth.s)) / truth.beta);
    const observed = weeks * (0.5 + random() / 2);
    histories.observed[customer] = observed;
    const until = Math.min(observed + weeks, end);
    for (let time = -Math.log(1 - random()) / rate; time < until; time += -Math.log(1 - random()) / rate) {
      if (time < observed) {
        histories.repeats[customer]++;
        histories.lastRepeat[customer] = time;
      } else after[customer]++;
      later.lastRepeat[customer] = time;
      if (dropout > 0 && random() < dropout) {
        end = time;
        break;
      }
    }
    isThere[customer] = Number(end > observed);
    later.repeats[customer] = histories.repeats[customer] + after[customer];
    later.observed[customer] = observed + weeks;
    const nu = gamma(4) / 50;
    const repeats = histories.repeats[customer];
    if (repeats > 0) histories.meanSpend[customer] = gamma(6 * repeats) / nu / repeats;
  }
  return { histories, after, later, isThere };
}
