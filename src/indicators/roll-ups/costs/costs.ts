import { count, type Family, money } from '../family.ts';
import { toldCosts } from './store.ts';

/** What was spent, by the days it was told for. */
export const costs: Family = {
  name: 'costs',
  version: 2,
  reads: ['cost'],
  sources: () => [
    {
      rows: toldCosts,
      groupings: [
        {
          by: { channel: 'channel', campaign: 'campaign' },
          sums: {
            amount: money('sum(amount_minor)'),
            campaign_amount: money(`sum(amount_minor) filter (where campaign <> '')`),
            told: count('count(*)'),
            told_of_campaigns: count(`count(*) filter (where campaign <> '')`),
            impressions: count('sum(impressions)'),
            clicks: count('sum(clicks)'),
            /** of rows that tell both */
            clicks_of_impressions: count('sum(clicks) filter (where impressions is not null)'),
            impressions_with_clicks: count('sum(impressions) filter (where clicks is not null)'),
            amount_of_clicks: money('sum(amount_minor) filter (where clicks is not null)'),
          },
        },
      ],
    },
  ],
};
