/** What files of facts may hold. */
export const factKinds = ['orders', 'items', 'customers', 'events', 'refunds', 'costs', 'market-figures'] as const;
/** A kind of facts. */
export type FactKind = (typeof factKinds)[number];
/** Of campaigns run elsewhere; another station keeps them. */
export const pastCampaignKinds = ['campaigns', 'recipients', 'coupons', 'redemptions'] as const;
/** A kind of rows about campaigns run elsewhere. */
export type PastCampaignKind = (typeof pastCampaignKinds)[number];
export type ImportKind = FactKind | PastCampaignKind;
