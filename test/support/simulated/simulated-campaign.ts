import type { CampaignOutcomes } from '../../../models/campaign-effect/index.ts';
import {
  allocateBudget,
  expectIncrementalMargin,
  type Features,
  learnResponse,
  type NetworkTrainer,
  predict,
  predictUplift,
  recipe,
} from '../../../models/coupon-response/index.ts';
import { seededRandom } from '../../../models/random.ts';
import { generateSampleShop } from '../../../src/sample-shop/index.ts';

// Looking up a global takes longer in a test than the rest of a draw.
const { exp } = Math;
const dayMs = 86_400_000;
/** Length of the campaign, and of the time before that is known of each customer. */
const campaignDays = 28;
/** What a coupon responder does more: this many orders in the campaign's time, on average. */
const addedOrders = 0.5;
/** Of an order's revenue, before the discount. */
const marginShare = 0.4;
const discountShare = 0.1;

/** A sample shop's customers before a campaign, and what it would do to each of them. */
export interface CampaignShop {
  /** what can be seen of each: logarithms of days since the last order, of orders and of their mean value, share bought at a discount */
  readonly features: Features;
  /** orders expected in the campaign's time without a coupon, by the customer's own pace */
  readonly pace: Float64Array;
  /** mean value of an order */
  readonly value: Float64Array;
  /** figures of the 28 days before */
  readonly before: CampaignOutcomes['metrics'];
  /** orders that a coupon adds, on average: the planted truth, which no figure shows */
  readonly added: Float64Array;
  /** what the campaign adds to a treated customer, on average */
  readonly truth: CampaignTruth;
}

export interface CampaignTruth {
  readonly orders: number;
  readonly revenue: number;
  readonly margin: number;
  /** margin less discounts */
  readonly profit: number;
}

/** The sample shop's customers with an order; its planted coupon responders are who a coupon moves. */
export function openCampaignShop(customers: number, seed: number): CampaignShop {
  const days = 180;
  const end = Date.UTC(2026, 0, 1);
  const shop = generateSampleShop({ seed, customers, items: 300, days, end: new Date(end) });
  interface Seen {
    orders: number;
    last: number;
    revenue: number;
    lines: number;
    discounted: number;
    recentOrders: number;
    recentRevenue: number;
  }
  const seen = new Map<string, Seen>();
  for (const { customer_id, occurred_at, lines } of shop.orders()) {
    if (!customer_id) continue;
    const time = Date.parse(occurred_at);
    const of = seen.get(customer_id) ?? {
      ...{ orders: 0, last: 0, revenue: 0, lines: 0, discounted: 0, recentOrders: 0, recentRevenue: 0 },
    };
    const revenue = lines.reduce((sum, line) => sum + line.quantity * Number(line.unit_price), 0);
    const isRecent = Number(end - time < campaignDays * dayMs);
    of.orders++;
    of.last = time;
    of.revenue += revenue;
    of.lines += lines.length;
    of.discounted += lines.filter((line) => line.unit_price !== line.list_price).length;
    of.recentOrders += isRecent;
    of.recentRevenue += isRecent * revenue;
    seen.set(customer_id, of);
  }
  const rows = [...shop.truth.customers()].flatMap(({ customerId, couponResponder }) => {
    const of = seen.get(customerId);
    return of ? [{ ...of, couponResponder }] : [];
  });
  const column = (value: (row: (typeof rows)[number]) => number) => Float64Array.from(rows, value);
  const pace = column((row) => (row.orders / days) * campaignDays);
  const value = column((row) => row.revenue / row.orders);
  const added = column((row) => Number(row.couponResponder) * addedOrders);
  const mean = (of: (customer: number) => number) =>
    pace.reduce((sum, _, customer) => sum + of(customer), 0) / pace.length;
  const revenue = mean((customer) => added[customer] * value[customer]);
  return {
    features: {
      columns: 4,
      values: Float64Array.from(
        rows.flatMap((row) => [
          Math.log((end - row.last) / dayMs),
          Math.log(row.orders),
          Math.log(row.revenue / row.orders),
          row.discounted / row.lines,
        ]),
      ),
    },
    pace,
    value,
    before: {
      orders: column((row) => row.recentOrders),
      revenue: column((row) => row.recentRevenue),
      margin: column((row) => marginShare * row.recentRevenue),
    },
    added,
    truth: {
      orders: mean((customer) => added[customer]),
      revenue,
      margin: marginShare * revenue,
      profit: mean((customer) => expectProfit(pace[customer], added[customer], value[customer])),
    },
  };
}

/**
 * Plays the campaign: half of the customers get a coupon by chance, orders come by chance at each customer's pace, their values
 * vary by a third around the customer's mean.
 *
 * @param effect 0: a coupon that moves nobody and takes nothing off (A/A)
 */
export function playCampaign(
  { pace, value, before, added }: CampaignShop,
  seed: number,
  effect: 0 | 1 = 1,
): CampaignOutcomes {
  const random = seededRandom(seed);
  const count = pace.length;
  const treated = new Uint8Array(count);
  const [orders, revenue, margin, discounts] = [0, 1, 2, 3].map(() => new Float64Array(count));
  for (let customer = 0; customer < count; customer++) {
    treated[customer] = random() < 0.5 ? 1 : 0;
    orders[customer] = drawPoisson(pace[customer] + treated[customer] * effect * added[customer], random);
    for (let order = 0; order < orders[customer]; order++) {
      revenue[customer] += value[customer] * (2 / 3 + (2 / 3) * random());
    }
    margin[customer] = marginShare * revenue[customer];
    discounts[customer] = treated[customer] * effect * discountShare * revenue[customer];
  }
  return { treated, metrics: { orders, revenue, margin }, before, discounts, expectedShare: 0.5 };
}

/** Of a coupon for a customer: margin that it adds less discounts on whatever is bought. */
function expectProfit(pace: number, added: number, value: number): number {
  return marginShare * added * value - discountShare * (pace + added) * value;
}

/** Knuth's way, for rates of a few. */
function drawPoisson(rate: number, random: () => number): number {
  const limit = exp(-rate);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}

export interface BudgetContest {
  readonly verdict: string;
  readonly budget: number;
  /** by policy: true expected profit of a campaign with this budget, and the discounts it comes to */
  readonly profits: Readonly<
    Record<'uplift' | 'response' | 'treat-all', { profit: number; spent: number; customers: number }>
  >;
}

/**
 * Learns from a campaign in one shop and spends a budget in the same campaign in another, whose customers it has not seen: on
 * the largest expected incremental margin first, on the likeliest buyers first, or on everybody by chance until it is spent.
 *
 * @param share of what coupons for all would cost, the budget
 */
export async function contestBudget(
  trainer: NetworkTrainer,
  { seed, customers, share }: { seed: number; customers: number; share: number },
): Promise<BudgetContest> {
  const pilot = openCampaignShop(customers, 2 * seed);
  const { treated, metrics } = playCampaign(pilot, seed);
  const outcomes = Uint8Array.from(metrics.orders, (orders) => Number(orders > 0));
  const trial = { features: pilot.features, treated, outcomes };
  const learnt = await learnResponse(trial, { ...recipe, bootstrapSamples: 200 }, { trainer, seed });
  if ('refusal' in learnt || !learnt.model) throw new Error('refusal' in learnt ? learnt.refusal : learnt.verdict);

  const { features, pace, value, added } = openCampaignShop(customers, 2 * seed + 1);
  const discounts = value.map((mean) => discountShare * mean);
  const costs = pace.map((rate, customer) => (rate + added[customer]) * discounts[customer]);
  const budget = share * costs.reduce((sum, cost) => sum + cost, 0);
  const withCoupon = predict(learnt.model.treated, features);
  const margins = value.map((mean) => marginShare * mean);
  const random = seededRandom(seed);
  const scores = {
    uplift: expectIncrementalMargin(predictUplift(learnt.model, features), withCoupon, margins, discounts),
    response: withCoupon,
    'treat-all': pace.map(random),
  };
  const spend = (policy: keyof typeof scores) => {
    const { chosen, spent } = allocateBudget(scores[policy], costs, budget);
    const profit = chosen.reduce((sum, row) => sum + expectProfit(pace[row], added[row], value[row]), 0);
    return { profit, spent, customers: chosen.length };
  };
  return {
    verdict: learnt.verdict,
    budget,
    profits: { uplift: spend('uplift'), response: spend('response'), 'treat-all': spend('treat-all') },
  };
}
