export { type Adjustment, adjustByBefore } from './adjust.ts';
export {
  compareMeans,
  describeArms,
  type Estimate,
  type MeanDifference,
  type Moments,
  scaleEstimate,
} from './compare-means.ts';
export { studentTails } from './distributions.ts';
export type {
  CampaignEffect,
  CampaignOutcomes,
  EffectRefusal,
  Metric,
  MetricEffect,
} from './measure-campaign.ts';
export { measureCampaign, metrics } from './measure-campaign.ts';
export { type CampaignEffectRecipe, recipe } from './recipe.ts';
export { checkSampleRatio, type SampleRatio } from './sample-ratio.ts';
