import { count, type Family } from '../family.ts';
import { firstVisits, members, registrations, selectNextVisits, sessions, visits } from './store.ts';

/** Who came, and what they looked at. */
export const traffic: Family = {
  name: 'traffic',
  version: 5,
  reads: ['event', 'order', 'customer'],
  // Whoever came earlier than was known is new on another day.
  hangingDays: selectNextVisits,
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
    {
      rows: sessions,
      groupings: [
        {
          by: { device: 'device', campaign: 'campaign' },
          hourly: true,
          sums: {
            sessions: count('count(*)'),
            page_sessions: count('count(*) filter (where page_views > 0)'),
            bounces: count('count(*) filter (where page_views = 1 and deeds = 0)'),
            session_pages: count('sum(page_views)'),
            dwelled_pages: count('sum(dwelled_pages)'),
            dwell_seconds: count('sum(dwell_seconds)'),
          },
        },
      ],
    },
    {
      rows: firstVisits,
      groupings: [
        { by: { device: 'device' }, hourly: true, sums: { new_visitors: count('count(*) filter (where is_new)') } },
      ],
    },
    {
      rows: members,
      groupings: [
        {
          by: {},
          hourly: true,
          distinct: {
            active_members: 'customer_key',
            active_registered: 'case when is_registered then customer_key end',
          },
        },
      ],
    },
    { rows: registrations, groupings: [{ by: {}, hourly: true, sums: { registrations: count('count(*)') } }] },
  ],
};
