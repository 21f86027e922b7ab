import { costsRelation } from '../../../intake/index.ts';

/** What was spent on the days, and what the ad seller counted for it. */
export const toldCosts = `
  select days.day, told.channel, told.campaign, told.amount_minor, told.impressions, told.clicks
  from days join ${costsRelation} as told on told.day = days.day`;
