export type { BootstrapOptions, Interval } from './bootstrap.ts';
export { bootstrapMean, pairedBootstrap } from './bootstrap.ts';
export type { ListJudgement, ListMetric } from './judge-lists.ts';
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
export type { Split, TestSet, TimedPurchases } from './splits.ts';
export { drawCustomers, splitByTime, splitPerCustomer, testSetOf } from './splits.ts';
