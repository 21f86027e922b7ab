import { count, type Family } from '../family.ts';
import { visits } from './store.ts';

/** Who came, and what they looked at. */
export const traffic: Family = {
  name: 'traffic',
  version: 1,
  reads: ['event', 'order'],
  sources: () => [
    {
      rows: visits,
      groupings: [
        {
          by: { device: 'device', campaign: 'campaign' },
          hourly: true,
          sums: { page_views: count(`count(*) filter (where type = 'page_view')`) },
          distinct: { visitors: 'visitor', ordering_visitors: 'case when has_ordered then visitor end' },
        },
      ],
    },
  ],
};
