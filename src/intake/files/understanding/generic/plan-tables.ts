import { isFilled } from '../filled.ts';
import type { LookedAt } from '../looked-at.ts';
import { brings, type Output, type Plan } from '../plan.ts';
import { bestOf, choose, type Matches, matchColumns } from './match-columns.ts';
import { isEventTable, planEvents } from './plan-events.ts';
import { joinHeads } from './plan-joined.ts';
import { planNested } from './plan-nested.ts';
import { planOrders } from './plan-orders.ts';
import { splitByType } from './rows-by-type.ts';

/** Plans for tables of no platform, by what their columns are called and what is in them. */
export function planGenerically(
  looked: readonly LookedAt[],
  kind: string | undefined,
): { looked: LookedAt; plan: Plan }[] {
  const matched = looked.map((one) => ({ looked: one, matches: withPaymentIds(one, matchColumns(one)) }));
  const headsAndLines = kind === undefined || kind === 'orders' || kind === 'refunds' ? joinHeads(matched) : undefined;
  if (headsAndLines) return [headsAndLines];
  const planned = matched.flatMap(({ looked: one, matches }) => {
    const output = planNested(one) ?? planTable(one, matches, kind);
    if (!output || (kind !== undefined && !brings(output, kind))) return [];
    return [
      {
        looked: one,
        plan: {
          platform: 'generic',
          title: titles[output.kind],
          outputs: splitByType(one, matches, output),
          isGuessed: true,
        },
      },
    ];
  });
  // Of several sheets of orders the same facts would be counted twice: the one with lines is taken.
  const orders = planned.filter(({ plan }) => plan.outputs[0].kind === 'orders');
  const withLines = orders.filter(
    ({ plan }) => plan.outputs[0].fields['item_id'] !== undefined || plan.outputs[0].fields['title'] !== undefined,
  );
  const dropped =
    withLines.length > 0 && withLines.length < orders.length ? orders.filter((one) => !withLines.includes(one)) : [];
  return planned.filter((one) => !dropped.includes(one));
}

const titles: Readonly<Record<Output['kind'], string>> = {
  orders: 'orders, found by their headings',
  refunds: 'refunds, found by their headings',
  items: 'a catalogue, found by its headings',
  customers: 'customers, found by their headings',
  events: 'events, found by their headings',
};

/** A list of payments has no orders beside: each goes by its own id, and what it says of itself names no goods. */
function withPaymentIds(looked: LookedAt, matches: Matches): Matches {
  const has = (field: string) => bestOf(matches, field) !== undefined;
  const id = looked.headings.all.find((name) => name.toLowerCase() === 'id');
  const isPayment =
    !has('order_id') && has('occurred_at') && has('currency') && (has('order_total') || has('line_amount'));
  if (id !== undefined && isDocument(looked, id, has))
    return new Map([...matches, ['order_id', [{ column: id, score: 1 }]]]);
  if (id === undefined || !isPayment) return matches;
  return new Map([...matches, ['order_id', [{ column: id, score: 1 }]], ['title', []], ['item_id', []]]);
}

/** Documents with their lines below them, of which only the first has the document's own id. */
function isDocument({ sample }: LookedAt, id: string, has: (field: string) => boolean): boolean {
  const isContinued =
    sample.some(({ values }) => !isFilled(values[id])) && sample.some(({ values }) => isFilled(values[id]));
  return isContinued && !has('order_id') && has('occurred_at') && has('quantity') && (has('item_id') || has('title'));
}

function planTable(looked: LookedAt, matches: Matches, kind: string | undefined): Output | undefined {
  const has = (field: string) => bestOf(matches, field) !== undefined;
  const isOrders =
    has('order_id') &&
    has('occurred_at') &&
    (has('item_id') || has('title') || has('line_amount') || has('order_total') || has('unit_price'));
  if (kind === undefined && isEventTable(looked, matches)) return planEvents(matches);
  const isRefunds = has('order_id') && has('refunded_amount') && (has('refunded_at') || has('occurred_at'));
  const hasGoods = has('item_id') || has('title') || has('order_total') || has('unit_price');
  if (isRefunds && !hasGoods && (kind === undefined || kind === 'refunds')) return planRefunds(matches);
  if (isOrders && kind !== 'items' && kind !== 'customers' && kind !== 'events') return planOrders(looked, matches);
  if (kind === 'events') return isEventTable(looked, matches) ? planEvents(matches) : undefined;
  const isItems = has('item_id') && (has('title') || has('unit_price') || has('category'));
  if (isItems && kind !== 'customers' && (kind === 'items' || (!has('order_id') && !has('email'))))
    return planItems(matches);
  const isCustomers = (has('customer_id') || has('email')) && !has('item_id');
  if (isCustomers && (kind === 'customers' || !has('order_id'))) return planCustomers(matches);
  return undefined;
}

/** What came back of orders that another file has. */
function planRefunds(matches: Matches): Output {
  const {
    order_id: order,
    refunded_amount: amount,
    refunded_at: at,
    occurred_at: date,
  } = choose(matches, ['order_id', 'refunded_amount', 'refunded_at', 'occurred_at']);
  const time = at ?? date;
  return {
    kind: 'refunds',
    fields: { refund_id: { parts: [order, time, amount], by: '-' }, order_id: order, occurred_at: time, amount },
  };
}

function planItems(matches: Matches): Output {
  const fields = choose(matches, [
    'item_id',
    'title',
    'unit_price',
    'list_price',
    'category',
    'brand',
    'stock',
    'unit_cost',
    'updated_at',
    'quantity',
  ]);
  const { unit_price: price, unit_cost: cost, quantity, ...rest } = fields;
  // What a catalogue has pieces of is there.
  const stock = rest['stock'] ?? quantity;
  return {
    kind: 'items',
    fields: { ...rest, ...(stock && { stock }), ...(price && { price }), ...(cost && { cost }) },
  };
}

function planCustomers(matches: Matches): Output {
  const { email, country, ...fields } = choose(matches, [
    'customer_id',
    'email',
    'registered_at',
    'country',
    'updated_at',
  ]);
  const id = fields['customer_id'] ?? email;
  return {
    kind: 'customers',
    fields: { ...fields, customer_id: id, ...(country && { 'attributes.country': country }) },
  };
}
