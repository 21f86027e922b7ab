import { z } from 'zod';
import { halfLife, whole, within } from '../recipe-schema.ts';
import nightly from './recipe.json' with { type: 'json' };

/** Least support and borders of every tag, the shape of recipe.json. */
export interface CustomerTagsRecipe {
  readonly preferences: PreferencesRecipe;
  readonly priceBand: PriceBandRecipe;
  readonly priceSensitivity: PriceSensitivityRecipe;
  readonly shoppingTimes: ShoppingTimesRecipe;
  readonly channel: ChannelRecipe;
  readonly lifeCycle: LifeCycleRecipe;
  readonly nextOrder: NextOrderRecipe;
}

export interface PreferencesRecipe {
  /** days after which a purchase counts half in the recency weight */
  readonly halfLifeDays: number;
  /** preferences of a customer at most */
  readonly most: number;
  /** lines of goods whose label is known, below which nothing is said */
  readonly minimumLines: number;
  /** lines of the label itself */
  readonly minimumOwnLines: number;
  readonly minimumShare: number;
}

export interface PriceBandRecipe {
  /** lines with a price level, below which nothing is said */
  readonly minimumLines: number;
  /** priced goods of a category, below which its prices are no scale */
  readonly minimumItems: number;
  /** mean level below which the band is low */
  readonly low: number;
  /** mean level above which the band is high */
  readonly high: number;
}

export interface PriceSensitivityRecipe {
  /** lines with a list price, below which the share bought on discount is not known */
  readonly minimumLines: number;
  /** orders below which the share bought with a coupon is not known */
  readonly minimumOrders: number;
  /** interests at a known price, below which the share abandoned is not known */
  readonly minimumInterests: number;
  /** days within which an interest must become a purchase */
  readonly purchaseWithinDays: number;
  /** days from the nearest sale of an item within which its price is taken to be that of the sale */
  readonly priceKnownDays: number;
  /** score below which the sensitivity is low */
  readonly low: number;
  /** score from which the sensitivity is high */
  readonly high: number;
}

export interface ShoppingTimesRecipe {
  /** active hours below which nothing is said */
  readonly minimumHours: number;
  /** probability at most with which somebody without a preference would come to such a favourite */
  readonly maximumChance: number;
}

export interface ChannelRecipe {
  /** behaviours with a channel, below which nothing is said */
  readonly minimumEvents: number;
  readonly minimumShare: number;
}

export interface LifeCycleRecipe {
  /** customers with two orders, below which the shop's own rhythm is not known and nothing is said of anybody */
  readonly minimumCustomers: number;
  /** gaps of the shop's length that are added to a customer's own: what few gaps say is drawn towards the shop's */
  readonly priorGaps: number;
  /** gaps without an order, from which a customer is at risk */
  readonly atRiskGaps: number;
  /** gaps without an order, from which a customer has lapsed */
  readonly lapsedGaps: number;
}

export interface NextOrderRecipe {
  /** own gaps below which they say nothing of the next one */
  readonly minimumGaps: number;
}

/** What the fields may hold. */
export const recipeSchema: z.ZodType<CustomerTagsRecipe> = z.strictObject({
  preferences: z.strictObject({
    halfLifeDays: halfLife,
    most: whole(1, 10),
    minimumLines: whole(1, 1_000_000),
    minimumOwnLines: whole(1, 1_000_000),
    minimumShare: within(0, 1),
  }),
  priceBand: z.strictObject({
    minimumLines: whole(1, 1_000_000),
    minimumItems: whole(2, 1_000_000),
    low: within(0, 1),
    high: within(0, 1),
  }),
  priceSensitivity: z.strictObject({
    minimumLines: whole(1, 1_000_000),
    minimumOrders: whole(1, 1_000_000),
    minimumInterests: whole(1, 1_000_000),
    purchaseWithinDays: within(0.01, 3_650),
    priceKnownDays: within(0.01, 3_650),
    low: within(0, 1),
    high: within(0, 1),
  }),
  shoppingTimes: z.strictObject({ minimumHours: whole(1, 1_000_000), maximumChance: within(0, 1) }),
  channel: z.strictObject({ minimumEvents: whole(1, 1_000_000), minimumShare: within(0, 1) }),
  lifeCycle: z.strictObject({
    minimumCustomers: whole(1, 1_000_000_000),
    priorGaps: within(0.01, 1_000),
    atRiskGaps: within(0.01, 1_000),
    lapsedGaps: within(0.01, 1_000),
  }),
  nextOrder: z.strictObject({ minimumGaps: whole(1, 1_000_000) }),
});

/** The values of the nightly run. */
export const recipe: CustomerTagsRecipe = nightly;
