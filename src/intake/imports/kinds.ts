export const factKinds = ['orders', 'items', 'customers', 'events'] as const;
export type FactKind = (typeof factKinds)[number];
/** Of campaigns run elsewhere; another station keeps them. */
export const pastCampaignKinds = ['campaigns', 'recipients', 'coupons', 'redemptions'] as const;
export type PastCampaignKind = (typeof pastCampaignKinds)[number];
export type ImportKind = FactKind | PastCampaignKind;
