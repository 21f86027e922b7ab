import { seededRandom } from '../../models/random.ts';
import { timeAt } from './calendar.ts';
import { drawWait } from './draws.ts';
import { customerId } from './facts/ids.ts';
import { describeOrder } from './facts/list-facts.ts';
import type { ShopCampaignTerms, ShopOrder } from './facts/shapes.ts';
import { formatCents } from './goods/catalogue.ts';
import { createBaskets } from './shoppers/baskets.ts';
import { listPurchases, type Purchase } from './shoppers/purchases.ts';
import { drawSecond } from './shoppers/visits.ts';
import type { World } from './world.ts';

/** A campaign with a control group, and what was planted of its effect. Who is control is for whoever runs it to draw. */
export interface ShopCampaign {
  readonly terms: ShopCampaignTerms;
  /** when the shop considered all its recipients */
  readonly consideredAt: string;
  /** ids of the customers who had ordered before */
  readonly recipients: readonly string[];
  /** one at most of each recipient, in time order */
  readonly responses: readonly CouponResponse[];
}

/** What a recipient does with a coupon: they use it on this order. Without one they have what `orders()` has. */
export interface CouponResponse {
  readonly customerId: string;
  readonly order: ShopOrder;
  /** placed because of the coupon, and in no `orders()`; otherwise it is one of them, and the coupon adds nothing */
  readonly isAdded: boolean;
}

/** The id of the campaign that every sample shop runs. */
export const shopCampaignId = 'come-again';
const campaignDays = 28;
/** The campaign ends so long before the data does. */
const daysAfter = 28;
/** As long before it as it lasts, so that there is somebody to consider. */
const fewestDays = 2 * campaignDays + daysAfter;
const considersAt = 6 * 3600;
const maximumCents = 500;
/** Of the planted coupon responders. */
const shareMoved = 0.6;
const meanDaysToOrder = 6;
/** Of the others who order in time: so many remember the coupon. */
const shareRedeemedAnyway = 0.4;

/** Draws for every recipient what they would do with a coupon, so that the truth does not hang on who gets one. */
export function planCampaign(world: World): ShopCampaign {
  const { calendar, shoppers, seeds } = world;
  if (calendar.days < fewestDays) {
    throw new RangeError(`days must be at least ${fewestDays} for a campaign, not ${calendar.days}`);
  }
  const until = calendar.days - daysAfter;
  const from = until - campaignDays;
  const { recipients, firstOrders, orders } = readOrders(world, from, until);

  const random = seededRandom(seeds.campaign);
  const baskets = createBaskets(world, random);
  const uses: { purchase: Purchase; isAdded: boolean }[] = [];
  for (const shopper of recipients) {
    const isMoved = random() < shareMoved && shoppers.couponResponders[shopper] === 1;
    const remembers = random() < shareRedeemedAnyway;
    if (isMoved) {
      const day = from + Math.min(campaignDays - 1, 1 + Math.floor(drawWait(random, meanDaysToOrder)));
      const purchase = { order: 0, day, visit: { shopper, device: 0, second: drawSecond(random) } };
      uses.push({ purchase: { ...purchase, basket: baskets.fill(shopper, day) }, isAdded: true });
    } else if (remembers && firstOrders.has(shopper)) {
      uses.push({ purchase: firstOrders.get(shopper)!, isAdded: false });
    }
  }
  uses.sort((a, b) => a.purchase.day - b.purchase.day || a.purchase.visit.second - b.purchase.visit.second);
  let order = orders;
  return {
    terms: {
      campaign_id: shopCampaignId,
      name: 'Come again, 10 percent',
      discount: { type: 'percent', percent: 10, maximum_discount: formatCents(maximumCents) },
      valid_from: timeAt(calendar, from, 0),
      valid_until: timeAt(calendar, until, 0),
      coupon_valid_days: campaignDays,
      budget: { coupons: recipients.length, money: formatCents(maximumCents * recipients.length) },
      control_share: 0.3,
    },
    consideredAt: timeAt(calendar, from, considersAt),
    recipients: recipients.map(customerId),
    responses: uses.map(({ purchase, isAdded }) => ({
      customerId: customerId(purchase.visit.shopper),
      order: describeOrder(world, isAdded ? { ...purchase, order: order++ } : purchase),
      isAdded,
    })),
  };
}

/** Who ordered before day `from`, each one's first order from then on and before `until` that stayed, and how many orders there are. */
function readOrders(world: World, from: number, until: number) {
  const { customers } = world.shoppers;
  const before = new Set<number>();
  const firstOrders = new Map<number, Purchase>();
  let orders = 0;
  for (const purchase of listPurchases(world)) {
    orders++;
    const { day, visit, basket } = purchase;
    if (visit.shopper >= customers || day >= until) continue;
    if (day < from) before.add(visit.shopper);
    else if (!basket.refund && !firstOrders.has(visit.shopper)) firstOrders.set(visit.shopper, purchase);
  }
  return { recipients: [...before].sort((a, b) => a - b), firstOrders, orders };
}
