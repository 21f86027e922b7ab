import type { CountedType } from '../../behaviours.ts';
import { linkThen } from '../store.ts';

/** What to count of every customer. */
export interface CountedBehaviour {
  behaviour: CountedType;
  /** inclusive */
  from: Date;
  /** exclusive */
  until: Date;
  itemId?: string;
  /** a category path; the items below it belong to it */
  category?: string;
  brand?: string;
  /** only with items that the customer did not buy afterwards, until `until` */
  notBought?: boolean;
}

/** Puts a value among a statement's parameters and gives its placeholder. */
export type Bind = (value: unknown) => string;

/** SQL of the keys of all customers who allow profiling, as `customer_key`. */
export const profiledCustomersQuery = 'select customer_key from customers where profiling_allowed';

const whose = 'coalesce(fact.customer_key, link.customer_key)';

/**
 * SQL that counts a behaviour of every customer who did it: rows of `customer_key` and `count`. A purchase is an order with a
 * line of such an item of which something was left at `until`, and not cancelled by then; a fact of a visitor alone is of the customer that the visitor was then.
 */
export function behaviourCountsQuery(what: CountedBehaviour, bind: Bind): string {
  const until = `${bind(what.until)}::timestamptz`;
  const within = `fact.occurred_at >= ${bind(what.from)}::timestamptz and fact.occurred_at < ${until}`;
  const undone = `
    left join (
      select link.order_key, link.order_line_number as line_number, sum(link.quantity) as quantity
      from refund_links link join refunds refund using (refund_key) where refund.occurred_at < ${until} group by 1, 2
    ) as undone on undone.order_key = line.order_key and undone.line_number = line.line_number`;
  const isLeft = `line.quantity > coalesce(undone.quantity, 0) and (fact.cancelled_at is null or fact.cancelled_at >= ${until})`;
  if (what.behaviour === 'purchase') {
    return `
      select ${whose} as customer_key, count(distinct fact.order_key)::int as count
      from orders fact join order_lines line using (order_key) ${ofItem('line', what, bind)} ${linkThen} ${undone}
      where ${within} and ${whose} is not null and ${isLeft} group by 1`;
  }
  const bought = `
    left join (
      select ${whose} as customer_key, line.item_key, max(fact.occurred_at) as last_at
      from orders fact join order_lines line using (order_key) ${linkThen} ${undone}
      where ${within} and ${isLeft} group by 1, 2) as bought
    on bought.customer_key = ${whose} and bought.item_key = fact.item_key and bought.last_at >= fact.occurred_at`;
  return `
    select ${whose} as customer_key, count(*)::int as count
    from events fact ${ofItem('fact', what, bind)} ${linkThen} ${what.notBought ? bought : ''}
    where fact.type = ${bind(what.behaviour)}::event_type and ${within} and ${whose} is not null
      ${what.notBought ? 'and fact.item_key is not null and bought.customer_key is null' : ''}
    group by 1`;
}

function ofItem(source: 'line' | 'fact', { itemId, category, brand }: CountedBehaviour, bind: Bind): string {
  const conditions = [
    ...(itemId === undefined ? [] : [`item.item_id = ${bind(itemId)}::text`]),
    ...(category === undefined ? [] : [inCategory('item.category', bind(category))]),
    ...(brand === undefined ? [] : [`item.brand = ${bind(brand)}::text`]),
  ];
  if (conditions.length === 0) return '';
  return `join items item on item.item_key = ${source}.item_key and ${conditions.join(' and ')}`;
}

function inCategory(column: string, category: string): string {
  return `(${column} = ${category}::text or starts_with(${column}, ${category}::text || ' > '))`;
}
