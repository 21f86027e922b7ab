export type { DecisionLog, ExpectedRewards, PolicyValue } from './estimate.ts';
export { estimateDoublyRobust, estimateIps, estimateSnips } from './estimate.ts';
