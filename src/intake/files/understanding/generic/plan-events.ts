import { say } from '../../../../sentences/index.ts';
import { isFilled, textOf } from '../filled.ts';
import type { LookedAt } from '../looked-at.ts';
import type { Output, Source } from '../plan.ts';
import { compile } from '../source.ts';
import { bestOf, choose, type Matches } from './match-columns.ts';

/** What files call events, and what these are. */
const eventWords: Readonly<Record<string, string>> = {
  view: 'view',
  pv: 'view',
  view_item: 'view',
  'product viewed': 'view',
  product_viewed: 'view',
  'viewed product': 'view',
  'view product': 'view',
  detail: 'view',
  'detail view': 'view',
  product_view: 'view',
  page_view: 'page',
  pageview: 'page',
  viewcontent: 'view',
  cart: 'cart_add',
  add_to_cart: 'cart_add',
  addtocart: 'cart_add',
  cart_add: 'cart_add',
  'product added': 'cart_add',
  'added to cart': 'cart_add',
  'add to cart': 'cart_add',
  remove_from_cart: 'cart_remove',
  'product removed': 'cart_remove',
  cart_remove: 'cart_remove',
  click: 'click',
  clk: 'click',
  search: 'search',
  'products searched': 'search',
  wishlist: 'wishlist',
  fav: 'wishlist',
  favorite: 'wishlist',
  add_to_wishlist: 'wishlist',
  impression: 'impression',
  imp: 'impression',
};

/** Those that events are recorded of. */
const eventTypes = Object.fromEntries(
  Object.entries(eventWords).filter(([, type]) => type !== 'page' && type !== 'wishlist'),
);

/** Has a table a column of such words? */
export function isEventTable({ sample }: LookedAt, matches: Matches): boolean {
  const type = bestOf(matches, 'event_type');
  if (type === undefined || bestOf(matches, 'occurred_at') === undefined) return false;
  const get = compile(type);
  const values = sample.map(({ values: row }) => get({ row })).filter(isFilled);
  return (
    values.length > 0 &&
    values.filter((value) => eventWords[textOf(value).trim().toLowerCase()] !== undefined).length > values.length / 4
  );
}

export function planEvents(matches: Matches): Output {
  const {
    event_type: type,
    email,
    customer_id: customer,
    ...fields
  } = choose(matches, ['event_type', 'event_id', 'occurred_at', 'item_id', 'customer_id', 'email', 'visitor_id']);
  const who = customer ?? email;
  const id: Source = fields['event_id'] ?? {
    parts: [
      fields['occurred_at'],
      type,
      ...[fields['visitor_id'], who, fields['item_id']].filter((one) => one !== undefined),
    ],
    by: '|',
    isHashed: true,
  };
  return {
    kind: 'events',
    where: [{ of: type, in: Object.keys(eventTypes), reason: say('file.other-event', {}) }],
    fields: { ...fields, event_id: id, type: { of: type, values: eventTypes }, ...(who && { customer_id: who }) },
  };
}
