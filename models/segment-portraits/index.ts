export { compareRanks, type RankComparison, type Ranks } from './compare-ranks.ts';
export { compareShares, type ShareComparison, type Stratum } from './compare-shares.ts';
export { adjustForFamily } from './family.ts';
