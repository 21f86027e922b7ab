import type { Queryable } from '../../db/index.ts';
import type { Bind, CustomerCondition } from '../search/store.ts';
import type { AttributeType, CustomerAttribute, StatedAttribute } from './attribute.ts';

/** What is asked of an attribute; where nothing else is, that the customer has it. Bounds are inclusive unless said otherwise. */
export interface AskedAttribute {
  name: string;
  /** one of these is the value, or in the list; yes and no are `true` and `false` */
  is?: readonly string[] | undefined;
  atLeast?: number | undefined;
  atMost?: number | undefined;
  /** a local day */
  since?: string | undefined;
  /** a local day, exclusive */
  before?: string | undefined;
  /** `MM-DD`: its day in any year is one of these */
  anniversaries?: readonly string[] | undefined;
}

/** How many customers must share a value before it is shown. */
const fewestSharing = 5;
const mostExamples = 5;
const mostListed = 1_000;

const numberForm = '^-?[0-9]{1,15}(\\.[0-9]{1,9})?$';
const dateForm = '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])($|[T ])';

const isText = (value: string) => `jsonb_typeof(${value}) = 'string'`;
const textOf = (value: string) => `(${value} #>> '{}')`;

/** SQL: a value as a number, also where it came as text; null: it is none. */
const numberOf = (value: string) => `(case when jsonb_typeof(${value}) = 'number'
    or ${isText(value)} and ${textOf(value)} ~ '${numberForm}' then ${textOf(value)}::float8 end)`;

/** SQL: the day of a date or time as it is written, as text: days are compared without a cast that could fail. */
const dayOf = (value: string) =>
  `(case when ${isText(value)} and ${textOf(value)} ~ '${dateForm}' then left(${textOf(value)}, 10) end collate "C")`;

const isYesOrNo = (value: string) => `${textOf(value)} in ('true', 'false')`;

const seenType = (
  value: string,
) => `case jsonb_typeof(${value}) when 'number' then 'number' when 'boolean' then 'yes-no'
    when 'array' then 'list' else case when ${isYesOrNo(value)} then 'yes-no' when ${dayOf(value)} is null then 'text'
    else 'date' end end`;

const fits = (value: string, type: string) => `case ${type} when 'text' then ${isText(value)}
    when 'number' then ${numberOf(value)} is not null when 'date' then ${dayOf(value)} is not null
    when 'list' then jsonb_typeof(${value}) = 'array' else ${isYesOrNo(value)} end`;

/** SQL of the customers of whom it holds. */
export function attributeQuery(asked: AskedAttribute, bind: Bind): string {
  const { name, is, atLeast, atMost, since, before, anniversaries } = asked;
  const key = `${bind(name)}::text`;
  const value = `(attributes -> ${key})`;
  const conditions = [
    `attributes ? ${key}`,
    ...(is ? [isAmong(value, bind(is))] : []),
    ...(atLeast === undefined ? [] : [`${numberOf(value)} >= ${bind(atLeast)}::float8`]),
    ...(atMost === undefined ? [] : [`${numberOf(value)} <= ${bind(atMost)}::float8`]),
    ...(since === undefined ? [] : [`${dayOf(value)} >= ${bind(since)}::text`]),
    ...(before === undefined ? [] : [`${dayOf(value)} < ${bind(before)}::text`]),
    ...(anniversaries ? [`substr(${dayOf(value)}, 6) = any(${bind(anniversaries)}::text[])`] : []),
  ];
  return `select customer_key from customers where ${conditions.join(' and ')}`;
}

function isAmong(value: string, values: string): string {
  return `case when jsonb_typeof(${value}) = 'array' then ${value} ?| ${values}::text[]
    else ${textOf(value)} = any(${values}::text[]) end`;
}

/** Of customers who may be profiled: they have the attribute, with this value where one is given. */
export function hasAttribute(name: string, value?: string): CustomerCondition {
  return (bind) => `profiling_allowed and customers.customer_key in (
    ${attributeQuery({ name, is: value === undefined ? undefined : [value] }, bind)})`;
}

/**
 * SQL of what is told of customers: rows of `customer_key`, `name` and `value` as text, one for each part of a list. Attributes that
 * are personal are left out.
 */
export const attributeValuesQuery = `
  select distinct customers.customer_key, told.name, part.value
  from customers, jsonb_each(customers.attributes) as told (name, value), lateral jsonb_array_elements_text(
    case jsonb_typeof(told.value) when 'array' then told.value else jsonb_build_array(told.value) end) as part (value)
  where customers.profiling_allowed and part.value is not null
    and not exists (select from customer_attributes as stated where stated.name = told.name and stated.personal)`;

/** SQL of the customers who have declared an attribute as one value: rows of `customer_key` and `value` as text. */
export function declaredValuesQuery(name: string, bind: Bind): string {
  const key = `${bind(name)}::text`;
  return `select customer_key, attributes ->> ${key} as value from customers
    where profiling_allowed and jsonb_typeof(attributes -> ${key}) in ('string', 'number', 'boolean')`;
}

const statedColumns = 'name, type, personal, description, stated_at as "statedAt"';

/** Of these attributes those that are stated, with their type, and those that only customers have, with null. */
export async function selectKnownAttributes(
  db: Queryable,
  names: readonly string[],
): Promise<Map<string, AttributeType | null>> {
  const rows = await db.query<{ name: string; type: AttributeType | null }>(
    `select asked.name, stated.type from unnest($1::text[]) as asked (name) left join customer_attributes as stated using (name)
     where stated.name is not null or exists (select from customers as customer where customer.attributes ? asked.name)`,
    [names],
  );
  return new Map(rows.map(({ name, type }) => [name, type]));
}

export async function upsertStated(db: Queryable, attribute: StatedAttribute): Promise<StatedAttribute> {
  const { name, type, personal, description, statedAt } = attribute;
  const [row] = await db.query<StatedAttribute>(
    `insert into customer_attributes (name, type, personal, description, stated_at) values ($1, $2, $3, $4, $5)
     on conflict (name) do update set type = excluded.type, personal = excluded.personal, description = excluded.description,
       stated_at = case when (customer_attributes.type, customer_attributes.personal, customer_attributes.description)
           is not distinct from (excluded.type, excluded.personal, excluded.description)
         then customer_attributes.stated_at else excluded.stated_at end
     returning ${statedColumns}`,
    [name, type, personal, description, statedAt],
  );
  return row;
}

export async function deleteStated(db: Queryable, name: string): Promise<StatedAttribute | undefined> {
  const [row] = await db.query<StatedAttribute>(
    `delete from customer_attributes where name = $1 returning ${statedColumns}`,
    [name],
  );
  return row;
}

/** Those of the most customers first, and of these at most a thousand. */
export function selectAttributes(db: Queryable, query: string): Promise<CustomerAttribute[]> {
  return db.query<CustomerAttribute>(
    `with own as materialized (
       select attribute.name collate "C" as name, attribute.value, ${seenType('attribute.value')} as seen, count(*)::int as customers
       from customers, jsonb_each(customers.attributes) as attribute (name, value)
       where profiling_allowed and strpos(lower(attribute.name), lower($1)) > 0 group by 1, 2, 3),
     types as (
       select name, jsonb_object_agg(seen, customers) as seen, sum(customers)::int as customers,
              (array_agg(seen order by customers desc, seen))[1] as most
       from (select name, seen, sum(customers)::int as customers from own group by 1, 2) as of_type group by name),
     attribute as (
       select coalesce(types.name, stated.name) as name, coalesce(stated.type, types.most) as type,
              coalesce(stated.personal, false) as personal, stated.description, stated.stated_at as "statedAt",
              coalesce(types.customers, 0) as customers, coalesce(types.seen, '{}') as seen
       from types full join (select * from customer_attributes where strpos(lower(name), lower($1)) > 0) as stated
         on stated.name = types.name
       order by coalesce(types.customers, 0) desc, 1 limit ${mostListed}),
     misfit as (
       select own.name, sum(own.customers)::int as misfits from own join attribute on attribute.name = own.name
       where not ${fits('own.value', 'attribute.type')} group by 1),
     shared as (
       select name, part, row_number() over (partition by name order by sum(customers) desc, part) as place
       from own, lateral (
         select distinct jsonb_array_elements_text(
           case jsonb_typeof(own.value) when 'array' then own.value else jsonb_build_array(own.value) end) as part) as parts
       group by 1, 2 having sum(customers) >= ${fewestSharing})
     select attribute.*, coalesce(misfit.misfits, 0) as misfits,
            case when personal then '{}' else array(select shared.part from shared
              where shared.name = attribute.name and shared.place <= ${mostExamples} order by shared.place) end as examples
     from attribute left join misfit using (name) order by customers desc, name`,
    [query],
  );
}
