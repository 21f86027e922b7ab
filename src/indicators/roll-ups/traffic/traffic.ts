import { count, type Family, moving } from '../family.ts';
import { nameCampaignsOfDays, nameCampaignsOfPeople } from '../named-members/store.ts';
import {
  firstVisits,
  members,
  registrations,
  selectNextVisits,
  selectNextVisitsOf,
  sessions,
  visits,
} from './store.ts';

/** Who came, and what they looked at. */
export const traffic: Family = {
  name: 'traffic',
  version: 7,
  reads: ['event', 'order', 'customer'],
  namesCampaigns: true,
  prepare: (tx, days, { timeZone }) => nameCampaignsOfDays(tx, days, timeZone),
  prepareFacts: (tx, { event }, people, around) => nameCampaignsOfPeople(tx, event, people, around),
  // Whoever came earlier than was known is new on another day.
  hangingDays: selectNextVisits,
  hangingDaysOfFacts: selectNextVisitsOf,
  sources: () => [
    moving('people', ['event', 'order'], visits, [
      {
        by: { device: 'device', campaign: 'campaign' },
        hourly: true,
        sums: { page_views: count(`count(*) filter (where type = 'page_view')`) },
        distinct: { visitors: 'visitor', ordering_visitors: 'case when has_ordered then visitor end' },
      },
    ]),
    moving('people', ['event'], sessions, [
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
    ]),
    moving('people', ['event'], firstVisits, [
      { by: { device: 'device' }, hourly: true, sums: { new_visitors: count('count(*) filter (where is_new)') } },
    ]),
    moving('people', ['event', 'order'], members, [
      {
        by: {},
        hourly: true,
        distinct: {
          active_members: 'customer_key',
          active_registered: 'case when is_registered then customer_key end',
        },
      },
    ]),
    moving('people', [], () => registrations, [{ by: {}, hourly: true, sums: { registrations: count('count(*)') } }]),
  ],
};
