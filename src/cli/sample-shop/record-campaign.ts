import { setTimeout as delay } from 'node:timers/promises';
import { PannierError } from '../../errors.ts';
import type { CouponResponse, ShopCampaign } from '../../sample-shop/index.ts';
import type { Stations } from '../../stations.ts';
import { inBatches } from './batches.ts';

const ordersAtOnce = 1_000;
const redemptionsAtOnce = 30;
const decisionsAtOnce = 256;
const mostTries = 40;
const betweenTriesMs = 250;

/**
 * Runs a sample shop's campaign as if it were that time: decides for every recipient, and records what those do who get a
 * coupon. Customers must be segmented, and the catalogue read.
 *
 * @param time what the stations live by; it is left at the last redemption
 * @returns what the treated did; those added are what the campaign truly added
 */
export async function recordCampaign(
  { coupons, intake }: Pick<Stations, 'coupons' | 'intake'>,
  { terms, consideredAt, recipients, responses }: ShopCampaign,
  time: { now: Date },
): Promise<CouponResponse[]> {
  const { campaign_id } = terms;
  const once = (operation: string, of: string, element: object) => {
    const body = Buffer.from(JSON.stringify(element));
    return { operation, keyId: 0, idempotencyKey: `${campaign_id} ${of}`, body };
  };

  time.now = new Date(consideredAt);
  await coupons.createCampaign(terms);
  const codes = new Map<string, string>();
  const decide = async (customer_id: string) => {
    const element = { customer_id, campaign_ids: [campaign_id] };
    const { coupon } = await coupons.decide(element, once('decideCoupon', customer_id, element));
    if (coupon) codes.set(customer_id, coupon.code);
  };
  for (const batch of inBatches(recipients, decisionsAtOnce))
    await Promise.all(batch.map((one) => patiently(() => decide(one))));

  const redeeming = responses.filter(({ customerId }) => codes.has(customerId));
  const added = redeeming.filter(({ isAdded }) => isAdded);
  // Before its end their orders would lie in the future.
  time.now = new Date(terms.valid_until);
  for (const batch of inBatches(added, ordersAtOnce)) await intake.recordOrders(batch.map(({ order }) => order));
  const redeem = ({ customerId: customer_id, order: { order_id, occurred_at, lines } }: CouponResponse) => {
    const element = {
      code: codes.get(customer_id)!,
      order_id,
      customer_id,
      lines: beforeDiscount(lines, terms.discount),
    };
    // The clock is read before the call returns.
    time.now = new Date(occurred_at);
    return coupons.redeem(element, once('redeemCoupon', customer_id, element));
  };
  for (const batch of inBatches(redeeming, redemptionsAtOnce))
    await Promise.all(batch.map((one) => patiently(() => redeem(one))));
  return redeeming;
}

/** The cart to which the code is put: an order tells what was paid for it, after the discount. */
function beforeDiscount(
  lines: CouponResponse['order']['lines'],
  { percent, maximum_discount }: ShopCampaign['terms']['discount'],
) {
  const paid = lines.reduce((sum, { quantity, unit_price }) => sum + quantity * Number(unit_price), 0);
  const discount = Math.min((paid * percent) / (100 - percent), Number(maximum_discount));
  return lines.map(({ item_id, quantity, unit_price }) => ({
    ...{ item_id, quantity },
    unit_price: (Number(unit_price) * (1 + discount / paid)).toFixed(6),
  }));
}

/** A slow machine may be asked for more than it can answer at once: what was turned away is asked again, and happens once. */
async function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const isTurnedAway = error instanceof PannierError && error.code === 'unavailable';
      if (!isTurnedAway || tries === mostTries) throw error;
      await delay(betweenTriesMs);
    }
  }
}
