import { addDays } from '../../../shop/days.ts';
import { count, type Family, money, moving } from '../family.ts';
import { nameCampaignsOfDays, nameCampaignsOfPeople } from '../named-members/store.ts';
import { campaignDeeds, campaignWindowDays } from './store.ts';

/** With the days on which tags of theirs may lie. */
const withDaysBefore = (days: readonly string[]) => [
  ...new Set(days.flatMap((day) => Array.from({ length: campaignWindowDays + 2 }, (_, n) => addDays(day, -n)))),
];

/** What visitors did who came by a campaign's tag, within a week of it. */
export const campaigns: Family = {
  name: 'campaigns',
  version: 3,
  reads: ['event', 'order', 'refund', 'customer'],
  namesCampaigns: true,
  prepare: (tx, days, { timeZone }) => nameCampaignsOfDays(tx, withDaysBefore(days), timeZone),
  prepareFacts: (tx, { event }, people, around) => nameCampaignsOfPeople(tx, event, people, around),
  // Where clocks are put on, so many times 24 hours end a day later.
  eventsReach: campaignWindowDays + 1,
  sources: ({ minorDigits }) => [
    moving('people', ['event', 'order', 'refund'], (facts) => campaignDeeds(minorDigits, facts), [
      {
        by: { campaign: 'campaign' },
        sums: {
          orders: count(`count(*) filter (where kind = 'order')`),
          registrations: count(`count(*) filter (where kind = 'registration')`),
          net: money('sum(net_minor)'),
          costed_net: money('sum(costed_minor)'),
          net_cost: money('sum(cost_minor)'),
        },
        distinct: { visitors: 'visitor', ordering_visitors: `case when kind = 'order' then visitor end` },
      },
    ]),
  ],
};
