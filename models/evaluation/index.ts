export type { Interval } from './bootstrap.ts';
export { pairedBootstrap } from './bootstrap.ts';
export type { Judgement } from './judge.ts';
export { judgeLists } from './judge.ts';
export { coverageAt, hitAt, ndcgAt, precisionAt, recallAt } from './metrics.ts';
export { personalFrequency } from './personal-frequency.ts';
export type { Purchases, TimeSplit } from './splits.ts';
export { splitByTime } from './splits.ts';
