export type { ChosenEstimate, Estimator, JudgedEstimate } from './choose-estimate.ts';
export { chooseEstimate, estimators, leastEffectiveDecisions, refuseThinLog } from './choose-estimate.ts';
export type { DecisionLog, ExpectedRewards, JudgedPolicy, PolicyValue } from './estimate.ts';
export { estimateDifference, estimateDoublyRobust, estimateIps, estimateSnips } from './estimate.ts';
