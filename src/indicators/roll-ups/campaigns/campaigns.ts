import { count, type Family, money, moving } from '../family.ts';
import { campaignDeeds, campaignWindowDays } from './store.ts';

/** What visitors did who came by a campaign's tag, within a week of it. */
export const campaigns: Family = {
  name: 'campaigns',
  version: 2,
  reads: ['event', 'order', 'refund', 'customer'],
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
