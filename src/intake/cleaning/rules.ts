/** What each rule of cleaning says of the row it finds. Some refuse the row, some only count it or say what was changed. */
export const cleaningRules = {
  unreadable: 'a value has not the form of its field',
  destroyed_id: 'an id was rounded by a spreadsheet and cannot be told from others',
  no_product: 'the item id is missing',
  no_order: 'the order id is missing',
  no_time: 'the time is missing',
  quantity_zero: 'the quantity is zero',
  quantity_negative: 'the quantity is below zero and the row is no cancellation',
  price_zero: 'the price is zero; alone, without list price or coupon, it is no sale',
  price_negative: 'the price is below zero',
  impossible_value: 'a value is finer or larger than a shop can have',
  time_in_future: 'the time has not come yet',
  event_expired: 'events of that time have been dropped, because their retention had passed',
  foreign_currency: "the currency is not the shop's",
  availability_reversed: 'the item would end before it begins',
  event_without_item: 'an event of this type needs an item',
  event_incomplete: 'an event of this type needs a field that is not there',
  robot: 'more events in one minute than a person can make',
  adjustment: 'a booking of the shop itself, not a sale',
  mixed_order: 'rows of one order name another customer or visitor than its first row',
  oversized_order: 'an order has more than 10,000 lines',
  order_outdated: 'a newer change of the order is known',
  refund_without_line: 'something was given back of a line that the edited order has no more',
  coupon_without_line: 'a coupon was on a line that the edited order has no more',
  order_conflict: 'the order or refund is known with another content',
  unknown_item: 'nothing is known of the item',
  refund_without_sale: 'no earlier sale to undo is known',
  refund_exceeds_sale: 'more is given back than is left of the sale',
  erased_person: 'the person was erased after this happened; nothing of it is kept',
  unknown_campaign: 'nothing is known of the campaign',
  campaign_conflict: 'a campaign of this id is known with another content',
  campaign_reversed: 'the campaign would end before it begins',
  exact_duplicate: 'every mapped column equals an earlier row',
  cancellation: 'the row undoes a sale',
  negative_quantity: 'the quantity is below zero, cancellation or not',
  no_customer: 'nobody is named; the row still counts for rules and popularity',
  nobody: 'the value means that nobody is known',
  whole_id: 'the id is a whole number that was written as a decimal',
  no_description: 'the title is missing',
  not_a_product: 'the code is a service or an adjustment and is never recommended',
  decoded_latin1: 'the text was no UTF-8 and is read as Windows-1252',
  trimmed: 'white space around the text is taken away',
  rounded: 'a price is rounded to six decimals',
  time_in_gap: 'clocks went forward over this time, which is moved along with them',
  time_ambiguous: 'clocks went back over this time, of which the earlier is taken',
  earliest_time: "rows of one order differ in time; the earliest is the order's",
  order_customer: 'the row names nobody, and another row of its order does',
} as const;

export type CleaningRule = keyof typeof cleaningRules;

/** One reason why an element is refused. */
export interface Fault {
  rule: CleaningRule;
  /** JSON pointer inside the element, such as `/lines/0/unit_price`. */
  field: string;
  message: string;
}

export interface CleaningContext {
  /** The moment that "the future" begins, but for a tolerance for clocks that differ. */
  now: Date;
  /** The shop's one currency, an ISO 4217 code. */
  currency: string;
  /** More deliberate events than this in one clock minute make a visitor a robot. */
  robotEventsPerMinute?: number;
}
