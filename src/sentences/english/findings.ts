/** What a shop still misses, and for what it wants it. */
export const findings = {
  'finding.no-orders': 'No order is known: rules, lists, groups and most figures are made of orders.',
  'finding.orders-stopped': 'The last order came {days} days ago: what is learnt and counted grows old.',
  'finding.orders-without-customer':
    'Of the last {orders} orders {share} % name no customer: personal lists, groups and coupons need one.',
  'finding.no-statuses': 'No order says whether it was paid: every order counts as paid.',
  'finding.no-events':
    'No behaviour has been told in the last {days} days: lists know purchases only, and there is no traffic to count.',
  'finding.no-impressions':
    'No impression has been told in the last {days} days: how often a list was seen is not known.',
  'finding.impressions-without-list':
    'No impressions carry a list id: of the last {impressions} none says which list it was on, so what lists earn cannot be told.',
  'finding.clicks-without-list': 'No clicks carry a list id: of the last {clicks} none says which list it came from.',
  'finding.no-page-views': 'No page view has been told in the last {days} days: visits and bounces cannot be counted.',
  'finding.no-items': 'No item of the catalogue is known, so that lists name ids alone.',
  'finding.no-titles': '{missing} of {items} items have no title to be shown by.',
  'finding.no-pictures':
    '{missing} of {items} items have no picture or no address: a page that shows a list must look them up itself.',
  'finding.no-prices': '{missing} of {items} items have no price.',
  'finding.no-categories': '{missing} of {items} items have no category: filters and preferred categories miss them.',
  'finding.no-item-costs':
    '{missing} of {items} items have no cost: what a coupon earns is not known, and margins leave them out.',
  'finding.no-stock': '{missing} of {items} items have no stock: lists may show what is sold out.',
  'finding.no-registrations': 'No customer says when they registered.',
  'finding.no-costs':
    'No cost of advertising is known: what a channel or campaign brought is not set against its price.',
  'finding.rows-refused': '{rows} rows of the last {days} days were refused, and wait in quarantine.',
  'finding.no-page-key': 'No key may be used in a page: its pages can neither send behaviour nor ask for lists.',
  'finding.key-without-origin': 'The key “{name}” is made for pages, but no page may ask with it yet.',
  'finding.nothing-learnt': 'Nothing has been learnt yet.',
  'finding.learnt-long-ago': 'What is served was learnt {days} days ago.',
  'finding.no-lists-asked': 'No list has been asked for in the last {days} days.',
  'finding.run-failed': 'The last learning failed.',
  'finding.run-refused': 'The last learning was not published, because the gate held it back.',
  'finding.no-campaign': 'There is no campaign, so that nobody is given a coupon.',
  'finding.no-control': 'No campaign has a control group: what coupons add cannot be measured.',
  'finding.no-list-holdout': 'Nobody is held out of personal lists: what they add cannot be measured.',
  'finding.feed-failed':
    'The catalogue feed “{feed}” could not be pulled the last time: GET /v1/feeds/{feed} says why.',
  'finding.feed-fewer':
    'More than half of the items have vanished from the catalogue feed “{feed}”: nothing was hidden.',
  'finding.feed-stale': 'The catalogue feed “{feed}” has not been pulled for {hours} hours.',
} as const;
