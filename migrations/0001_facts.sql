-- What the shop tells: items, customers, visitors, events, orders, refunds, and what cleaning refused.
-- External ids are the shop's strings, compared bytewise; elsewhere integer keys.

create table items (
  item_key int generated always as identity primary key,
  item_id text collate "C" not null unique check (length(item_id) between 1 and 128),
  title text,
  category text,
  brand text,
  price numeric(18,6) check (price >= 0),
  list_price numeric(18,6) check (list_price >= 0),
  cost numeric(18,6) check (cost >= 0),
  stock int check (stock >= 0),
  hidden boolean not null default false,
  available_from timestamptz,
  available_until timestamptz,
  attributes jsonb not null default '{}',
  provisional boolean not null default false,
  is_product boolean not null default true,
  updated_at timestamptz,
  created_at timestamptz not null default clock_timestamp()
);

create table customers (
  customer_key int generated always as identity primary key,
  customer_id text collate "C" not null unique check (length(customer_id) between 1 and 128),
  attributes jsonb not null default '{}',
  profiling_allowed boolean not null default true,
  updated_at timestamptz,
  created_at timestamptz not null default clock_timestamp()
);

create table visitors (
  visitor_key bigint generated always as identity primary key,
  visitor_id text collate "C" not null unique check (length(visitor_id) between 1 and 128),
  created_at timestamptz not null default clock_timestamp()
);

-- A visitor is a customer while valid_from <= t < valid_until; facts keep the ids as sent and links are resolved at read.
create table identity_links (
  visitor_key bigint not null references visitors,
  customer_key int not null references customers,
  appeared_at timestamptz not null,
  valid_from timestamptz not null,
  valid_until timestamptz not null default 'infinity',
  primary key (visitor_key, valid_from)
);
create index on identity_links (customer_key);

create type event_type as enum
  ('view', 'click', 'favourite', 'unfavourite', 'cart_add', 'cart_remove', 'search', 'impression', 'custom');

-- A partition a month (before 2020 a year), made by intake before its first event is written.
create table events (
  event_key bigint generated always as identity,
  event_id text collate "C" not null,
  type event_type not null,
  customer_key int,
  visitor_key bigint,
  item_key int,
  occurred_at timestamptz not null,
  received_at timestamptz not null default clock_timestamp(),
  list_id uuid,
  position int,
  query text,
  name text,
  properties jsonb
) partition by range (occurred_at);
create index on events (customer_key, occurred_at desc) where customer_key is not null;
create index on events (visitor_key, occurred_at desc) where visitor_key is not null;

-- A unique key of a partitioned table must contain the partition column, so event ids are deduplicated here.
create table event_keys (
  event_id text collate "C" primary key,
  occurred_at timestamptz not null
);

create table imports (
  import_id bigint generated always as identity primary key,
  kind text not null check (kind in ('orders', 'items', 'customers', 'events')),
  file text not null,
  status text not null default 'running' check (status in ('running', 'finished', 'failed')),
  started_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  -- How the file was read, so that its quarantined rows can be read again in the same way.
  options jsonb not null default '{}',
  report jsonb
);

create table orders (
  order_key bigint generated always as identity primary key,
  order_id text collate "C" not null unique check (length(order_id) between 1 and 128),
  customer_key int references customers,
  visitor_key bigint references visitors,
  occurred_at timestamptz not null,
  received_at timestamptz not null default clock_timestamp(),
  total_minor bigint not null,
  content_hash bytea not null,
  import_id bigint references imports
);
create index on orders (customer_key, occurred_at) where customer_key is not null;
create index on orders (visitor_key, occurred_at) where visitor_key is not null;
create index on orders (occurred_at);

create table order_lines (
  order_key bigint not null references orders,
  line_number int not null,
  item_key int not null references items,
  quantity numeric(12,3) not null check (quantity > 0),
  unit_price numeric(18,6) not null check (unit_price > 0),
  list_price numeric(18,6),
  amount_minor bigint not null,
  coupon_code text,
  list_id uuid,
  primary key (order_key, line_number)
);
create index on order_lines (item_key);

-- Sale lines are never rewritten: a refund is a fact of its own, and net is computed as of a moment.
create table refunds (
  refund_key bigint generated always as identity primary key,
  refund_id text collate "C" not null unique check (length(refund_id) between 1 and 128),
  customer_key int references customers,
  occurred_at timestamptz not null,
  received_at timestamptz not null default clock_timestamp(),
  content_hash bytea not null,
  import_id bigint references imports
);
create index on refunds (customer_key) where customer_key is not null;

create table refund_lines (
  refund_key bigint not null references refunds,
  line_number int not null,
  item_key int not null references items,
  quantity numeric(12,3) not null check (quantity > 0),
  unlinked_quantity numeric(12,3) not null default 0,
  primary key (refund_key, line_number)
);

-- Which sale lines a refund line undoes, and how much of each.
create table refund_links (
  refund_key bigint not null,
  line_number int not null,
  order_key bigint not null,
  order_line_number int not null,
  quantity numeric(12,3) not null check (quantity > 0),
  amount_minor bigint not null,
  primary key (refund_key, line_number, order_key, order_line_number),
  foreign key (refund_key, line_number) references refund_lines,
  foreign key (order_key, order_line_number) references order_lines
);
create index on refund_links (order_key, order_line_number);

create table quarantine (
  quarantine_id bigint generated always as identity primary key,
  kind text not null check (kind in ('item', 'customer', 'event', 'order', 'order_line', 'refund')),
  rules text[] not null,
  raw jsonb not null,
  raw_hash bytea not null,
  customer_id text collate "C",
  visitor_id text collate "C",
  import_id bigint references imports,
  row_number bigint,
  received_at timestamptz not null default clock_timestamp(),
  unique (kind, raw_hash)
);
create index on quarantine (customer_id) where customer_id is not null;
create index on quarantine (visitor_id) where visitor_id is not null;

-- Every cell that cleaning changed, with the rule that changed it.
create table corrections (
  import_id bigint not null references imports,
  row_number bigint not null,
  field text not null,
  rule text not null,
  before text,
  after text,
  primary key (import_id, row_number, field, rule)
);
