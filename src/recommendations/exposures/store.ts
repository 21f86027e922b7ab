import type { PlacedClicks } from '../../../models/examination/index.ts';
import type { Queryable } from '../../db/index.ts';
import { eventsRelation } from '../../intake/index.ts';
import { sourceNumber } from '../lists/ranked-items.ts';

/** How often an item was shown in a place that was given to it, and how often it was then looked at, within a stretch of time. */
export interface ItemOutcomes {
  itemKey: number;
  /** from 1 */
  place: number;
  shown: number;
  chosen: number;
}

const { exposure } = sourceNumber;

/** What was served, and clicked or viewed with the id of its list, after one moment and until another. */
export function readOutcomes(db: Queryable, after: Date, until: Date): Promise<ItemOutcomes[]> {
  return db.query<ItemOutcomes>(
    `select item_key as "itemKey", place::int, sum(shown)::int as shown, sum(chosen)::int as chosen
     from (select item.key as item_key, item.place, 1 as shown, 0 as chosen
           from served_lists as list, unnest(list.item_keys, list.sources) with ordinality as item(key, source, place)
           where list.served_at > $1 and list.served_at <= $2 and item.source = ${exposure}
           union all
           select event.item_key, array_position(list.item_keys, event.item_key), 0, count(distinct event.list_id)
           from ${eventsRelation} as event join served_lists as list on list.list_id = event.list_id
           where event.occurred_at > $1 and event.occurred_at <= $2 and event.type in ('click', 'view')
             and list.sources[array_position(list.item_keys, event.item_key)] = ${exposure}
           group by 1, 2) as outcome
     group by item_key, place`,
    [after, until],
    'exposure-outcomes',
  );
}

/**
 * What chance put where it stood, from one moment until another, and how often it was then clicked or viewed. Alike are: what ranked
 * higher of two places that were drawn, and what ranked lower; and all new items that were given a place of lists of one length.
 * @param watermark nothing that was received later counts
 */
export function readPlacedClicks(db: Queryable, after: Date, until: Date, watermark: Date): Promise<PlacedClicks[]> {
  return db.query<PlacedClicks>(
    `with placed as materialized (
       select list.list_id, list.item_keys[here.place] as item_key, here.place,
         case when list.sources[here.place] = ${exposure}
           then concat_ws(' ', list.placement, 'new', cardinality(list.item_keys))
           else concat_ws(' ', list.placement, least(list.by_chance[1], list.by_chance[2]), greatest(list.by_chance[1], list.by_chance[2]),
                          here.number) end as unit
       from served_lists as list, unnest(list.by_chance) with ordinality as here(place, number)
       where list.by_chance is not null and list.served_at > $1 and list.served_at <= $2),
     clicked as (
       select distinct event.list_id, event.item_key
       from ${eventsRelation} as event
       where event.occurred_at > $1 and event.occurred_at <= $2 and event.received_at <= $3
         and event.type in ('click', 'view') and event.list_id is not null)
     select placed.unit, placed.place::int, count(*)::int as shown, count(clicked.list_id)::int as clicked
     from placed left join clicked on clicked.list_id = placed.list_id and clicked.item_key = placed.item_key
     group by placed.unit, placed.place`,
    [after, until, watermark],
  );
}
