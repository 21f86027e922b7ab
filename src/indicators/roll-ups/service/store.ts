import { itemsRelation } from '../../../intake/index.ts';
import type { Facts } from '../family.ts';
import { namedTopic } from '../named-members/store.ts';

/** Reviews and complaints of the days; the item is what they are about, where they name one. */
export const opinions = ({ events }: Facts) => `
  select days.day, said.occurred_at as at, said.type, said.rating, coalesce(${namedTopic('said.topic')}, '') as topic,
         coalesce(item.item_id, '') as item_id, coalesce(item.category, '') as category, coalesce(item.brand, '') as brand
  from days join ${events} as said on said.occurred_at >= days.starts_at and said.occurred_at < days.ends_at
    left join ${itemsRelation} as item on item.item_key = said.item_key
  where said.type in ('review', 'complaint')`;
