/** Kinds of facts without which some indicators are unknown: the measure that tells that some came, and what is said where none did. */
export const needs = {
  orders: { measure: 'sales.orders', reason: 'No order has come.' },
  customers: { measure: 'customers.orders', reason: 'No order that names a customer has come.' },
  costs_of_goods: { measure: 'sales.costed_lines', reason: 'No cost is known of anything sold.' },
  events: { measure: 'traffic.visitors', reason: 'No event of a visitor has come.' },
  lists: { measure: 'lists.facts', reason: 'No event or order line has named a list.' },
  page_views: { measure: 'traffic.page_views', reason: 'No page_view event has come.' },
} as const satisfies Record<string, { measure: string; reason: string }>;

export type Need = keyof typeof needs;
