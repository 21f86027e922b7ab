export type { BootstrapOptions, Interval } from './bootstrap.ts';
export { bootstrapMean, pairedBootstrap } from './bootstrap.ts';
export type { Judgement, ListMetric } from './judge-lists.ts';
export { judgeLists, listMetrics } from './judge-lists.ts';
export {
  averagePrecisionAt,
  coverageAt,
  hitAt,
  ndcgAt,
  noveltyAt,
  precisionAt,
  recallAt,
  reciprocalRankAt,
} from './metrics.ts';
export { personalFrequency } from './personal-frequency.ts';
export type { Holdout, Purchases, Split } from './splits.ts';
export { drawCustomers, holdOut, splitByTime, splitPerCustomer } from './splits.ts';
