import recipe from './recipe.json' with { type: 'json' };

export { type Adjustment, adjustByBefore } from './adjust.ts';
export {
  compareMeans,
  describeArms,
  type Estimate,
  type MeanDifference,
  type Moments,
  scaleEstimate,
} from './compare-means.ts';
export type {
  CampaignEffect,
  CampaignEffectRecipe,
  CampaignOutcomes,
  EffectRefusal,
  Metric,
  MetricEffect,
} from './measure.ts';
export { measureCampaign, metrics } from './measure.ts';
export { checkSampleRatio, type SampleRatio } from './sample-ratio.ts';
/** Limits of the reports. */
export { recipe };
