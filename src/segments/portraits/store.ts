import type { Ranks, Stratum } from '../../../models/segment-portraits/index.ts';
import type { Queryable } from '../../db/index.ts';
import {
  attributeValuesQuery,
  type Bind,
  boughtItemsQuery,
  type CountedTime,
  type CustomerCondition,
  customersRelation,
  itemsRelation,
  languagesQuery,
  orderHabitsQuery,
  profiledCustomersQuery,
} from '../../intake/index.ts';
import { type ModelKind, releasesRelation, versionsRelation } from '../../versions/index.ts';

/** Who is compared with whom: members with everybody else, or with the members of another segment who are not in this one. */
export interface Sides {
  members: CustomerCondition;
  /** undefined: everybody */
  others: CustomerCondition | undefined;
}

/** Of which nights and of which time it is told. */
export interface PortraitBasis extends CountedTime {
  versions: Partial<Record<ModelKind, number>>;
  timeZone: string;
}

/** What fewer than so many have is left out of the comparison before anybody looks on which side they are. */
const fewestHaving = 10;
/** Of each topic, of all topics, and of goods: those that most have. */
const mostValues = 40;
const mostTraits = 500;
const mostGoods = 300;

/** SQL of both sides: `customer_key`, `is_member`. Who may not be profiled is on neither. */
function sidesQuery({ members, others }: Sides, bind: Bind): string {
  return `
    select customer_key, is_member
    from (select customer_key, (${members(bind)}) as is_member, (${others ? others(bind) : 'true'}) as is_other
          from ${customersRelation} as customer where profiling_allowed) as side
    where is_member or is_other`;
}

async function ask<Row extends object>(db: Queryable, write: (bind: Bind) => string): Promise<Row[]> {
  const values: unknown[] = [];
  const text = write((value) => `$${values.push(value)}`);
  return db.query<Row>(text, values);
}

export async function countSides(db: Queryable, sides: Sides): Promise<{ members: number; others: number }> {
  const [row] = await ask<{ members: number; others: number }>(
    db,
    (
      bind,
    ) => `select count(*) filter (where is_member)::int as members, count(*) filter (where not is_member)::int as others
      from (${sidesQuery(sides, bind)}) as side`,
  );
  return row;
}

/** What a trait is about. */
export type Topic =
  | 'group'
  | 'preferred-category'
  | 'preferred-brand'
  | 'price-band'
  | 'price-sensitivity'
  | 'shopping-hours'
  | 'shopping-weekday'
  | 'life-cycle-stage'
  | 'channel'
  | 'hour'
  | 'store'
  | 'sales-channel'
  | 'language'
  | 'attribute';

export interface TraitRow {
  topic: Topic;
  /** of the topic `attribute` */
  attribute: string | null;
  value: string;
  members: number;
  others: number;
  /** of how many of each side the topic is known */
  ofMembers: number;
  ofOthers: number;
}

/** How many of both sides have which tag, group, habit and attribute, of those of whom that is known. */
export function countTraits(db: Queryable, sides: Sides, basis: PortraitBasis): Promise<TraitRow[]> {
  const { versions, timeZone } = basis;
  return ask<TraitRow>(db, (bind) => {
    const tags = bind(versions['customer-tags'] ?? 0);
    const named = (topic: string, kind: string, keys: string) => `
      select tag.customer_key, '${topic}', null, name.name from customer_tags as tag, unnest(${keys}) as own (name_key)
      join tag_names as name on name.version = ${tags}::int and name.kind = '${kind}' and name.name_key = own.name_key
      where tag.version = ${tags}::int`;
    return `
      with side as materialized (${sidesQuery(sides, bind)}),
      trait (customer_key, topic, attribute, value) as (
        select tag.customer_key, told.topic, null, told.value from customer_tags as tag, lateral (values
          ('price-band', price_band), ('price-sensitivity', price_sensitivity), ('shopping-hours', day_part),
          ('shopping-weekday', weekday), ('life-cycle-stage', life_cycle_stage)) as told (topic, value)
        where tag.version = ${tags}::int
        union all ${named('preferred-category', 'category', 'tag.category_keys')}
        union all ${named('preferred-brand', 'brand', 'tag.brand_keys')}
        union all ${named('channel', 'channel', 'array[tag.channel_key]')}
        union all
        select customer_key, 'group', null, customer_group from customer_segments
        where version = ${bind(versions.segmentation ?? 0)}::int
        union all
        select habit.customer_key, told.topic, null, told.value from (${orderHabitsQuery(basis, timeZone, bind)}) as habit,
          lateral (values ('hour', habit.hour::text), ('store', habit.store), ('sales-channel', habit.channel))
            as told (topic, value)
        union all
        select customer_key, 'language', null, language from (${languagesQuery(basis, bind)}) as spoken
        union all
        select customer_key, 'attribute', name, value from (${attributeValuesQuery}) as told),
      having_it as materialized (
        select trait.*, side.is_member from trait join side using (customer_key) where trait.value is not null),
      known as (
        select topic, attribute, count(distinct customer_key) filter (where is_member)::int as of_members,
               count(distinct customer_key) filter (where not is_member)::int as of_others
        from having_it group by topic, attribute),
      counted as (
        select topic, attribute, value, count(*) filter (where is_member)::int as members,
               count(*) filter (where not is_member)::int as others,
               row_number() over (partition by topic, attribute order by count(*) desc, value) as place
        from having_it group by topic, attribute, value having count(*) >= ${fewestHaving})
      select counted.topic, counted.attribute, counted.value, counted.members, counted.others,
             known.of_members as "ofMembers", known.of_others as "ofOthers"
      from counted join known on known.topic = counted.topic and known.attribute is not distinct from counted.attribute
      where counted.place <= ${mostValues}
      order by counted.members + counted.others desc, counted.topic, counted.attribute, counted.value limit ${mostTraits}`;
  });
}

export type FigureName =
  | 'orders'
  | 'spend'
  | 'average_order_value'
  | 'recency_days'
  | 'discount_share'
  | 'expected_orders'
  | 'expected_revenue';

export interface FigureRow extends Ranks {
  figure: FigureName;
  mean: number;
  otherMean: number;
  variance: number;
  otherVariance: number;
  total: number;
}

/** Of every figure the means of both sides, and the ranks of the members among all. Money in minor units. */
export function sumFigures(db: Queryable, sides: Sides, { versions }: PortraitBasis): Promise<FigureRow[]> {
  return ask<FigureRow>(
    db,
    (bind) => `
      with side as materialized (${sidesQuery(sides, bind)}),
      figure (customer_key, figure, value) as (
        select learnt.customer_key, told.figure, told.value from customer_segments as learnt, lateral (values
          ('orders', frequency::float8), ('spend', monetary_minor::float8),
          ('average_order_value', monetary_minor::float8 / frequency), ('recency_days', recency_days::float8),
          ('discount_share', discount_share::float8)) as told (figure, value)
        where learnt.version = ${bind(versions.segmentation ?? 0)}::int
        union all
        select learnt.customer_key, told.figure, told.value from customer_values as learnt, lateral (values
          ('expected_orders', expected_orders::float8), ('expected_revenue', revenue_minor::float8)) as told (figure, value)
        where learnt.version = ${bind(versions['customer-value'] ?? 0)}::int),
      ranked as (
        select figure, value, is_member, (count(*) over (partition by figure) + 1) / 2.0::float8 as middle,
               rank() over (partition by figure order by value)
                 + (count(*) over (partition by figure, value) - 1) / 2.0::float8 as rank
        from figure join side using (customer_key) where value is not null)
      select figure, count(*) filter (where is_member)::int as members, count(*) filter (where not is_member)::int as others,
             coalesce(sum(rank) filter (where is_member), 0) as sum, sum((rank - middle) ^ 2) as squares,
             coalesce(sum(value) filter (where is_member), 0) as total,
             avg(value) filter (where is_member) as mean, avg(value) filter (where not is_member) as "otherMean",
             var_samp(value) filter (where is_member) as variance,
             var_samp(value) filter (where not is_member) as "otherVariance"
      from ranked group by figure`,
  );
}

export interface GoodsRow {
  itemId: string;
  title: string | null;
  category: string;
  strata: Stratum[];
}

/** Who of both sides bought which goods, among customers who bought about as many different ones. */
export async function countBuyers(db: Queryable, sides: Sides, basis: PortraitBasis): Promise<GoodsRow[]> {
  const rows = await ask<Omit<GoodsRow, 'strata'> & { strata: [number, number, number, number][] }>(
    db,
    (bind) => `
      with side as materialized (${sidesQuery(sides, bind)}),
      bought as materialized (
        select own.customer_key, own.item_key, side.is_member
        from (${boughtItemsQuery(basis, bind)}) as own join side using (customer_key)),
      breadth as materialized (
        select customer_key, is_member, floor(log(2, count(*)))::int as stratum from bought group by customer_key, is_member),
      of_all as (
        select stratum, count(*) filter (where is_member)::int as members, count(*) filter (where not is_member)::int as others
        from breadth group by stratum),
      counted as (
        select bought.item_key, breadth.stratum, count(*) filter (where bought.is_member)::int as members,
               count(*) filter (where not bought.is_member)::int as others
        from bought join breadth using (customer_key) group by bought.item_key, breadth.stratum),
      wanted as (
        select item_key from counted group by item_key having sum(members + others) >= ${fewestHaving}
        order by sum(members + others) desc, item_key limit ${mostGoods})
      select item.item_id as "itemId", item.title, item.category, jsonb_agg(jsonb_build_array(
               coalesce(counted.members, 0), of_all.members, coalesce(counted.others, 0), of_all.others)
               order by of_all.stratum) as strata
      from wanted cross join of_all left join counted on counted.item_key = wanted.item_key and counted.stratum = of_all.stratum
      join ${itemsRelation} as item on item.item_key = wanted.item_key
      group by item.item_id, item.title, item.category order by item.item_id`,
  );
  return rows.map(({ strata, ...item }) => ({
    ...item,
    strata: strata.map(([members, ofMembers, others, ofOthers]) => ({ members, ofMembers, others, ofOthers })),
  }));
}

export interface MoveRow {
  change: 'entered' | 'left';
  /** of the same scheme, which they left or entered then; null: none, or the segment is of no scheme */
  segmentId: string | null;
  customers: number;
}

/** SQL: whether segments of an id are groups of the segmentation, of which everybody is in one. */
const isOfScheme = (segmentId: string) => `split_part(${segmentId}, '-', 1) in ('group', 'klaviyo', 'cluster')`;

/** SQL: moments since `$2` at which somebody came into `$1` or went: not that at which the first of all were put there, who came from nowhere. */
const momentsOfMoves = `moment as (
  select change.changed_at from segment_changes as change
  where change.segment_id = $1 and change.changed_at >= $2
  group by change.changed_at
  having case when ${isOfScheme('$1')}
    then exists (select from ${releasesRelation} as release
                 where release.created_at < change.changed_at and release.versions->>'segmentation' is not null)
      or exists (select from segment_changes as gone
                 where gone.changed_at = change.changed_at and gone.change = 'left' and ${isOfScheme('gone.segment_id')})
    else exists (select from segment_changes as earlier
                 where earlier.segment_id = $1 and earlier.changed_at < change.changed_at)
      or exists (select from segment_memberships as member
                   join defined_segments as segment on segment.segment_key = member.segment_key
                 where segment.segment_id = $1 and member.entered_refresh < min(change.version)) end)`;

/** Who entered and left since a moment, by where from and where to. Whom the first night put into a segment did not move. */
export function countMoves(db: Queryable, segmentId: string, since: Date): Promise<MoveRow[]> {
  return db.query<MoveRow>(
    `with ${momentsOfMoves}
     select moved.change, other.segment_id as "segmentId", count(*)::int as customers
     from moment join segment_changes as moved on moved.segment_id = $1 and moved.changed_at = moment.changed_at
       join (${profiledCustomersQuery}) as profiled using (customer_key)
     left join segment_changes as other on other.customer_key = moved.customer_key and other.changed_at = moved.changed_at
       and other.version = moved.version and other.change <> moved.change
       and split_part(other.segment_id, '-', 1) = split_part(moved.segment_id, '-', 1) and ${isOfScheme('moved.segment_id')}
     group by 1, 2 order by 3 desc, 1, 2`,
    [segmentId, since],
  );
}

/**
 * As of when the segmentation was that the first of the moves since a moment are from. null: nobody moved, it is not kept any more, or
 * the segment is of no scheme.
 */
export async function selectMovesFrom(db: Queryable, segmentId: string, since: Date): Promise<Date | null> {
  const [row] = await db.query<{ asOf: Date }>(
    `with ${momentsOfMoves},
       before as (
         select (release.versions->>'segmentation')::int as version from ${releasesRelation} as release
         where release.created_at < (select min(moment.changed_at) from moment) and ${isOfScheme('$1')}
         order by release.release_id desc limit 1)
     select kept.as_of as "asOf" from before join ${versionsRelation} as kept
       on kept.kind = 'segmentation' and kept.version = before.version`,
    [segmentId, since],
  );
  return row?.asOf ?? null;
}
