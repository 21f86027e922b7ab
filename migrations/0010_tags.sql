-- Customer tags, computed by night from behaviour and orders; and segments that a person defines, by rule or as a list.

alter table model_versions drop constraint model_versions_kind_check;
alter table model_versions add constraint model_versions_kind_check
  check (kind in ('popularity', 'association-rules', 'collaborative-filtering', 'segmentation', 'customer-value', 'customer-tags'));

-- A row a customer; null: below the minimum support. Of a preference the figures are share, recency weight and lines.
create table customer_tags (
  version int not null,
  customer_key int not null,
  category_keys int[],
  category_figures real[],
  brand_keys int[],
  brand_figures real[],
  price_band text,
  price_level real,
  price_lines int,
  price_sensitivity text,
  sensitivity_score real,
  discount_share real,
  discount_lines int,
  coupon_share real,
  coupon_orders int,
  full_price_abandoned real,
  full_price_interests int,
  discounted_abandoned real,
  discounted_interests int,
  day_part text,
  day_part_share real,
  weekday text,
  weekday_share real,
  active_hours int,
  channel_key int,
  channel_share real,
  channel_events int,
  life_cycle_stage text,
  days_since_order int,
  usual_gap real,
  gaps int,
  next_order_at timestamptz,
  next_order_source text
) partition by list (version);

-- What the keys of categories and brands in a version's tags mean.
create table tag_names (
  version int not null,
  kind text not null,
  name_key int not null,
  name text not null
) partition by list (version);

-- definition null: a list that the shop keeps.
create table defined_segments (
  segment_key int generated always as identity primary key,
  segment_id text collate "C" not null unique,
  name text not null,
  definition jsonb,
  created_at timestamptz not null,
  check (segment_id like case when definition is null then 'list-%' else 'rule-%' end)
);

-- A snapshot of a segment's members: those who had entered by this refresh and had not left.
create table segment_refreshes (
  refresh_id int generated always as identity primary key,
  segment_key int not null references defined_segments on delete cascade,
  as_of timestamptz not null,
  versions jsonb not null,
  members int not null default 0,
  entered int not null default 0,
  "left" int not null default 0,
  refreshed_at timestamptz not null default clock_timestamp()
);
create index on segment_refreshes (segment_key, refresh_id);

create table segment_memberships (
  segment_key int not null references defined_segments on delete cascade,
  customer_key int not null,
  entered_refresh int not null,
  entered_at timestamptz not null,
  left_refresh int,
  primary key (segment_key, customer_key, entered_refresh)
);
create unique index on segment_memberships (segment_key, customer_key) where left_refresh is null;
create index on segment_memberships (customer_key);
