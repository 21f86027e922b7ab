import recipe from './recipe.json' with { type: 'json' };

export type { ChannelFacts, CustomerChannel } from './channel.ts';
export { findChannel } from './channel.ts';
export type { CustomerTags, CustomerTagsRecipe, DerivedTags, TagOptions } from './derive-tags.ts';
export { deriveTags } from './derive-tags.ts';
export type { TagFacts } from './facts.ts';
export type { LifeCycle, Rhythm, Stage } from './life-cycle.ts';
export { findLifeCycle, findRhythm, findShopGap, stages } from './life-cycle.ts';
export type { NextOrder } from './next-order.ts';
export { expectNextOrder } from './next-order.ts';
export type { Preference } from './preferences.ts';
export { findPreferences } from './preferences.ts';
export type { CustomerPriceBand, PriceBand } from './price-band.ts';
export { findPriceBand, levelPrices } from './price-band.ts';
export type { CountedShare, PriceSensitivity } from './price-sensitivity.ts';
export { findPriceSensitivity, gatherPrices } from './price-sensitivity.ts';
export type { DayPart, LocalTime, ShoppingTimes, Weekday } from './shopping-times.ts';
export { dayParts, findShoppingTimes, weekdays } from './shopping-times.ts';
/** The hyper-parameters of the nightly run. */
export { recipe };
