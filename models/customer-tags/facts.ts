import type { ChannelFacts } from './channel.ts';

/**
 * What customers did, as far as tags look at it. Customers are indices below `customerCount`, -1: nobody was named; items are
 * indices into the columns of `items`; times are epoch milliseconds before `asOf`; lines and events are in order of time.
 */
export interface TagFacts {
  readonly asOf: number;
  readonly customerCount: number;
  readonly items: {
    /** 1 for goods, 0 for services and adjustments */
    readonly isProduct: Uint8Array;
    /** number of the item's category, -1: none */
    readonly categories: Int32Array;
    /** number of the item's brand, -1: none */
    readonly brands: Int32Array;
  };
  /** sale lines of which something is left; those of one order follow one another */
  readonly lines: {
    readonly orders: Uint32Array;
    readonly customers: Int32Array;
    readonly items: Uint32Array;
    readonly times: Float64Array;
    readonly unitPrices: Float64Array;
    /** NaN: not known */
    readonly listPrices: Float64Array;
    /** 1 where the line was bought with a coupon */
    readonly withCoupon: Uint8Array;
  };
  /** behaviours that show interest in an item */
  readonly events: { readonly customers: Uint32Array; readonly items: Uint32Array; readonly times: Float64Array };
  readonly channels: ChannelFacts;
}

export const dayMs = 86_400_000;
