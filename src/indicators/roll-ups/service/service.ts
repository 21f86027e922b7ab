import { count, type Family, moving, type Source } from '../family.ts';
import { nameTopicsOfDays, nameTopicsOfPeople } from '../named-members/store.ts';
import { opinions } from './store.ts';

const ofItems = { category: 'category', brand: 'brand', item: 'item_id' };

/** What customers say, on the day they say it. */
export const service: Family = {
  name: 'service',
  version: 3,
  reads: ['event'],
  prepare: (tx, days, { timeZone }) => nameTopicsOfDays(tx, days, timeZone),
  prepareFacts: (tx, { event }, people, around) => nameTopicsOfPeople(tx, event, people, around),
  followsItems: true,
  sources: (): Source[] => [
    moving('people', ['event'], opinions, [
      {
        by: ofItems,
        hourly: true,
        sums: {
          reviews: count(`count(*) filter (where type = 'review')`),
          rating_points: count(`sum(rating) filter (where type = 'review')`),
          bad_reviews: count(`count(*) filter (where type = 'review' and rating <= 2)`),
        },
      },
      {
        by: { ...ofItems, reason: 'topic' },
        hourly: true,
        sums: { complaints: count(`count(*) filter (where type = 'complaint')`) },
      },
    ]),
  ],
};
