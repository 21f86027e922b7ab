import { seededRandom } from '../../../models/random.ts';

// Looking up a global takes longer in a test than the rest of a draw.
const { cos, exp, log, PI, sqrt } = Math;

/** What is planted in every simulated shop. */
export const planted = {
  /** orders that personal lists truly add, of those that come without them */
  lift: 0.08,
  /** mean of a customer's orders in the time measured, and in the time before, without personal lists */
  orders: 1.2,
  /** of a customer's pace, whose distribution is gamma: most buy seldom, a few often */
  paceShape: 0.8,
  /** logarithm of a customer's usual order, and of each order around it: normal */
  valueMean: 3,
  valueSpread: 0.5,
  orderSpread: 0.5,
  marginShare: 0.4,
};

/** What each person gets of it on average: by the distributions alone, no shop drawn. */
export function plantedTruth(lift: number): Record<'orders' | 'revenue' | 'margin', number> {
  const { orders, valueMean, valueSpread, orderSpread, marginShare } = planted;
  const meanValue = exp(valueMean + (valueSpread ** 2 + orderSpread ** 2) / 2);
  const revenue = lift * orders * meanValue;
  return { orders: lift * orders, revenue, margin: marginShare * revenue };
}

export interface PlayedShop {
  /** 1: with personal lists */
  treated: Uint8Array;
  metrics: Record<'orders' | 'revenue' | 'margin', Float64Array>;
  before: PlayedShop['metrics'];
  discounts: Float64Array;
  expectedShare: number;
}

/**
 * A shop drawn anew: everybody asked for a list, a share was held out by chance, orders came by chance at each customer's pace,
 * which personal lists raise by `lift`.
 *
 * @param options.arms in the place of chance; what was before is the same whatever they are
 */
export function playLists(
  seed: number,
  { customers = 10_000, share = 0.05, lift = planted.lift, arms = undefined as Uint8Array | undefined } = {},
): PlayedShop {
  const random = seededRandom(seed);
  const normal = () => sqrt(-2 * log(1 - random())) * cos(2 * PI * random());
  const column = () => new Float64Array(customers);
  const none = () => ({ orders: column(), revenue: column(), margin: column() });
  const [before, metrics, pace, usual] = [none(), none(), column(), column()];
  const treated = new Uint8Array(customers);
  const buy = (figures: PlayedShop['metrics'], customer: number, rate: number) => {
    const orders = drawPoisson(rate, random);
    let revenue = 0;
    for (let order = 0; order < orders; order++) revenue += exp(usual[customer] + planted.orderSpread * normal());
    figures.orders[customer] = orders;
    figures.revenue[customer] = revenue;
    figures.margin[customer] = planted.marginShare * revenue;
  };
  for (let customer = 0; customer < customers; customer++) {
    treated[customer] = Number(random() >= share);
    pace[customer] = (drawGamma(planted.paceShape, random, normal) / planted.paceShape) * planted.orders;
    usual[customer] = planted.valueMean + planted.valueSpread * normal();
    buy(before, customer, pace[customer]);
  }
  if (arms) treated.set(arms);
  for (let customer = 0; customer < customers; customer++) {
    buy(metrics, customer, pace[customer] * (1 + treated[customer] * lift));
  }
  return { treated, metrics, before, discounts: column(), expectedShare: 1 - share };
}

/** Knuth's way, for rates of a few. */
function drawPoisson(rate: number, random: () => number): number {
  const limit = exp(-rate);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}

/** Marsaglia and Tsang 2000; of scale 1. */
function drawGamma(shape: number, random: () => number, normal: () => number): number {
  if (shape < 1) return drawGamma(shape + 1, random, normal) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / sqrt(9 * d);
  for (;;) {
    const x = normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && log(1 - random()) < x * x * 0.5 + d - d * v + d * log(v)) return d * v;
  }
}
