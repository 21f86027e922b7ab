import type { Queryable } from '../../db/index.ts';
import { eventsRelation } from '../../intake/index.ts';
import { sourceNumber } from '../lists/ranked-items.ts';

/** How often an item was shown in places that were given to it, and how often it was then looked at, within a stretch of time. */
export interface ItemOutcomes {
  itemKey: number;
  shown: number;
  chosen: number;
}

/** What was served, and clicked or viewed with the id of its list, after one moment and until another. */
export function readOutcomes(db: Queryable, after: Date, until: Date): Promise<ItemOutcomes[]> {
  const { exposure } = sourceNumber;
  return db.query<ItemOutcomes>(
    `select item_key as "itemKey", sum(shown)::int as shown, sum(chosen)::int as chosen
     from (select item.key as item_key, 1 as shown, 0 as chosen
           from served_lists as list, unnest(list.item_keys, list.sources) as item(key, source)
           where list.served_at > $1 and list.served_at <= $2 and item.source = ${exposure}
           union all
           select event.item_key, 0, count(distinct event.list_id)
           from ${eventsRelation} as event join served_lists as list on list.list_id = event.list_id
           where event.occurred_at > $1 and event.occurred_at <= $2 and event.type in ('click', 'view')
             and list.sources[array_position(list.item_keys, event.item_key)] = ${exposure}
           group by event.item_key) as outcome
     group by item_key`,
    [after, until],
    'exposure-outcomes',
  );
}
