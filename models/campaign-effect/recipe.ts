import limits from './recipe.json' with { type: 'json' };

/** Limits of a measurement, the shape of recipe.json. */
export interface CampaignEffectRecipe {
  /** an arm with fewer customers measures nothing */
  readonly minimumArmCustomers: number;
  /** how often a campaign without any effect may be said to have one, on whichever of the metrics */
  readonly falseAlarmRate: number;
  /** arms whose sizes are less likely than this are not arms of the assignment stated */
  readonly sampleRatioAlarm: number;
  /** an adjustment by the time before that saves less of the variance is left out */
  readonly minimumVarianceSaved: number;
  /** of the customers who bought, whose revenue and margin are brought down to the others' in the winsorised figures */
  readonly winsorisedShare: number;
}

/** Limits of the reports. */
export const recipe: CampaignEffectRecipe = limits;
