import type { LookedAt } from '../looked-at.ts';
import type { Output } from '../plan.ts';
import { choose, matchNames } from './match-columns.ts';

const listNames =
  /^(?:line_?items?|order_?lines?|lines?|items?|products?|order_?items?|positions?|positionen|artikel|order_?details?|details?|rows?|cart_?items?|goods)$/i;

/** Orders whose lines are a list in them. */
export function planNested({ headings, sample, table }: LookedAt): Output | undefined {
  if (
    table.columns !== undefined &&
    !sample.some(({ values }) => Object.values(values).some((value) => Array.isArray(value)))
  )
    return undefined;
  const lists = headings.all.filter(
    (path) => listNames.test(path.split('.').at(-1)!) && headings.all.some((other) => other.startsWith(`${path}.`)),
  );
  for (const list of lists.sort((a, b) => a.length - b.length)) {
    const inLine = headings.all
      .filter((path) => path.startsWith(`${list}.`))
      .map((path) => path.slice(list.length + 1));
    const outside = headings.all.filter((path) => !path.startsWith(`${list}.`) && path !== list);
    const lineMatches = matchNames(inLine);
    const orderMatches = matchNames(outside);
    const lines = choose(lineMatches, [
      'item_id',
      'title',
      'quantity',
      'unit_price',
      'line_amount',
      'line_id',
      'unit_cost',
      'list_price',
    ]);
    const order = choose(orderMatches, [
      'order_id',
      'occurred_at',
      'customer_id',
      'email',
      'currency',
      'status',
      'payment_status',
      'cancelled_at',
      'country',
      'coupon_code',
      'shipping',
      'refunded_amount',
      'visitor_id',
      'updated_at',
    ]);
    const id = order['order_id'] ?? outside.find((path) => path === 'id');
    const isOrder =
      id !== undefined &&
      order['occurred_at'] !== undefined &&
      (lines['item_id'] ?? lines['title'] ?? (inLine.includes('id') ? 'id' : undefined)) !== undefined;
    if (!isOrder) continue;
    if (lines['item_id'] === undefined && inLine.includes('id')) lines['item_id'] = 'id';
    if (lines['unit_price'] !== undefined && lines['line_amount'] !== undefined) delete lines['line_amount'];
    const ofLines = Object.fromEntries(Object.entries(lines).map(([field, path]) => [field, `@${path}`]));
    const { email, ...ofOrder } = order;
    const who = [order['customer_id'], email].filter((path) => path !== undefined);
    return {
      kind: 'orders',
      each: { list },
      isLineEach: true,
      fields: { ...ofOrder, order_id: id, ...(who.length > 0 && { customer_id: who }), ...ofLines },
    };
  }
  return undefined;
}
