-- What indicators are counted from: which local days facts touched, and the facts that were missing.
create table touched_days (
  touch_key bigint generated always as identity,
  kind text collate "C" not null,
  day date not null,
  constraint touched_days_pkey primary key (touch_key),
  constraint touched_days_kind_check check (kind in ('event', 'order', 'refund', 'customer', 'stock', 'cost', 'market'))
);
comment on table touched_days is
  'Local days whose facts have changed, appended with the change: their figures are to be counted anew. Who counts takes the rows out; doubles are cleared by housekeeping.';
comment on column touched_days.day is 'In the shop''s zone; of market figures the first day of their month.';

create table touched_items (
  touch_key bigint generated always as identity,
  item_key int not null,
  constraint touched_items_pkey primary key (touch_key)
);
comment on table touched_items is
  'Items whose category or brand has changed, or whether they are products: the days of their facts are to be counted anew.';

alter type event_type add value 'page_view';
alter type event_type add value 'page_ping';
alter type event_type add value 'checkout_start';
alter type event_type add value 'review';
alter type event_type add value 'complaint';

alter table events
  add column session_id text collate "C",
  add column path text,
  add column device text collate "C",
  add column campaign text collate "C",
  add column dwell_seconds int,
  add column rating smallint,
  add column topic text collate "C",
  add column order_id text collate "C",
  add column results int,
  add column page jsonb;
comment on column events.session_id is 'The session as the shop''s collector names it. null: it is cut where the visitor is silent.';
comment on column events.campaign is 'Name of the campaign that led to the page, as in costs.';
comment on column events.dwell_seconds is 'Of a ping: seconds that the page has been looked at so far.';
comment on column events.results is 'Of a search: how many results were shown.';
comment on column events.order_id is 'Of a review or complaint: the order''s id as the shop has it, also of one that is not known.';
comment on column events.page is 'What is told of the page beside path, device and campaign: referrer, language, source, medium, term, content.';

alter table customers add column registered_at timestamptz;
comment on column customers.registered_at is 'When the customer became one with an account, as the shop tells. null: not told.';

alter table orders
  add column channel text collate "C",
  add column store text collate "C",
  add column shipping_minor bigint,
  add column tax_minor bigint,
  add column payment_fee_minor bigint,
  add column status text collate "C",
  add column paid_at timestamptz,
  add column cancelled_at timestamptz,
  add constraint orders_channel_check check (channel in ('web', 'app', 'store', 'marketplace', 'phone')),
  add constraint orders_shipping_minor_check check (shipping_minor >= 0),
  add constraint orders_tax_minor_check check (tax_minor >= 0),
  add constraint orders_payment_fee_minor_check check (payment_fee_minor >= 0),
  add constraint orders_status_check check (status in ('placed', 'paid', 'shipped', 'delivered', 'cancelled'));
comment on column orders.channel is 'null: not told.';
comment on column orders.shipping_minor is 'What the customer pays for shipping, beside total_minor. null: not told.';
comment on column orders.tax_minor is 'The tax that is in total_minor and shipping_minor. null: not told.';
comment on column orders.payment_fee_minor is 'What the payment costs the shop. null: not told.';
comment on column orders.status is 'The latest of order_statuses. null: none was told, which counts as placed and paid at occurred_at.';
comment on column orders.paid_at is
  'Of orders with a status: the earliest time of `paid`; without one that of `shipped` or `delivered`. null: not paid.';
comment on column orders.cancelled_at is 'Where the latest status is `cancelled`: its time.';
create index orders_paid_at_idx on orders (paid_at) where paid_at is not null;
create index orders_cancelled_at_idx on orders (cancelled_at) where cancelled_at is not null;

alter table order_lines
  add column unit_cost numeric(18,6),
  add constraint order_lines_unit_cost_check check (unit_cost >= 0);
comment on column order_lines.unit_cost is
  'What a piece cost the shop: as sent, else the item''s cost when the order came in. null: not known.';

create table order_statuses (
  order_key bigint not null,
  occurred_at timestamptz not null,
  status text collate "C" not null,
  received_at timestamptz not null default clock_timestamp(),
  constraint order_statuses_pkey primary key (order_key, occurred_at, status),
  constraint order_statuses_order_key_fkey foreign key (order_key) references orders,
  constraint order_statuses_status_check check (status in ('placed', 'paid', 'shipped', 'delivered', 'cancelled'))
);
comment on table order_statuses is 'What became of orders when. An order without a row counts as placed and paid at its time.';

create table costs (
  day date not null,
  channel text collate "C" not null,
  campaign text collate "C" not null,
  amount_minor bigint not null,
  impressions bigint,
  clicks bigint,
  received_at timestamptz not null default clock_timestamp(),
  constraint costs_pkey primary key (day, channel, campaign),
  constraint costs_amount_minor_check check (amount_minor >= 0),
  constraint costs_clicks_check check (clicks >= 0),
  constraint costs_impressions_check check (impressions >= 0)
);
comment on table costs is 'What was spent on a local day to be seen: advertising and the like.';
comment on column costs.channel is 'Where it was spent, in the shop''s words. Empty: not told.';
comment on column costs.campaign is 'As in events.campaign. Empty: none.';
comment on column costs.clicks is 'As who was paid counts them. null: not told.';
comment on column costs.impressions is 'As who was paid counts them. null: not told.';

create table market_figures (
  month date not null,
  category text collate "C" not null,
  measure text collate "C" not null,
  whose text collate "C" not null,
  value numeric(20,6) not null,
  source text not null,
  received_at timestamptz not null default clock_timestamp(),
  constraint market_figures_pkey primary key (month, category, measure, whose),
  constraint market_figures_measure_check
    check (measure in ('sales', 'units', 'users', 'items', 'shared_items', 'price_index')),
  constraint market_figures_month_check check (extract(day from month) = 1),
  constraint market_figures_value_check check (value >= 0)
);
comment on table market_figures is 'What others sold, as an outside source says.';
comment on column market_figures.month is 'Its first day.';
comment on column market_figures.category is 'Empty: all goods.';
comment on column market_figures.measure is
  'sales in whole currency units, units, users, items on offer, shared_items (of them also ours), price_index (100: our prices).';
comment on column market_figures.whose is '`market` for the whole market, ours included, or a competitor''s name.';

create table item_stock_days (
  item_key int not null,
  day date not null,
  opening int,
  lowest int not null,
  closing int,
  sold_out_seconds int not null,
  changed_at timestamptz not null,
  constraint item_stock_days_pkey primary key (day, item_key),
  constraint item_stock_days_item_key_fkey foreign key (item_key) references items
);
comment on table item_stock_days is
  'Stock of an item on a local day: written with each change of stock, and carried over to the days without one when they are over. No row: the stock was not known.';
comment on column item_stock_days.opening is 'At the day''s beginning. null: not known.';
comment on column item_stock_days.lowest is 'The least that was known on the day.';
comment on column item_stock_days.closing is 'At the day''s end, or now. null: it has become unknown.';
comment on column item_stock_days.sold_out_seconds is
  'How long it stood at 0 up to changed_at; where closing is 0, the time from changed_at to the day''s end comes on top.';
comment on column item_stock_days.changed_at is 'When the stock changed last on that day; without a change the day''s beginning.';
create index item_stock_days_item_key_day_idx on item_stock_days (item_key, day);

create table stock_carried (
  singleton boolean not null default true,
  until date not null,
  constraint stock_carried_pkey primary key (singleton),
  constraint stock_carried_singleton_check check (singleton)
);
comment on table stock_carried is 'Up to which day (with it) stock has been carried over.';
