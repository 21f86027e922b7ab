export type { DecisionLog, ExpectedRewards, JudgedPolicy, PolicyValue } from './estimate.ts';
export { estimateDifference, estimateDoublyRobust, estimateIps, estimateSnips } from './estimate.ts';
