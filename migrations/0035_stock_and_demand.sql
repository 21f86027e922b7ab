-- What will be asked for, and how long what is in stock lasts: made anew every night.
create table demand_forecasts (
  of text collate "C" not null,
  place int not null,
  member text collate "C" not null,
  category text collate "C" not null,
  method text not null,
  demand_class text not null,
  judged_weeks int not null,
  error real,
  seasonal_naive_error real,
  days real[] not null,
  weeks real[] not null,
  horizon real[] not null,
  constraint demand_forecasts_pkey primary key (of, place),
  constraint demand_forecasts_of_member_key unique (of, member),
  constraint demand_forecasts_of_check check (of in ('item', 'category'))
);
comment on table demand_forecasts is 'What will be asked for of each item and category with sales, as the latest night foresaw it.';
comment on column demand_forecasts.place is 'From 1, by what is asked for within the horizon, most first.';
comment on column demand_forecasts.member is 'The item''s id, or the category as the catalogue has it; empty: without one.';
comment on column demand_forecasts.error is 'Mean |sold - foreseen| of a week of the past, by the method chosen. null: too young to be judged.';
comment on column demand_forecasts.days is
  'Five rows: expected units of each day, and what they are above and below in 80 % and in 95 % of cases (low80, high80, low95, high95).';
comment on column demand_forecasts.weeks is 'The same of sums of seven days.';
comment on column demand_forecasts.horizon is 'The same of the sum of all days.';
create index demand_forecasts_category_idx on demand_forecasts (of, category, place);

create table item_supplies (
  item_key int not null,
  last_sold_on date,
  still_since date not null,
  expected_a_day real not null,
  lead_time_days real not null,
  service_level real not null,
  pack_units int not null,
  reorder_point int not null,
  order_up_to int not null,
  safety_stock real not null,
  sold_high int[] not null,
  sold_low int[] not null,
  constraint item_supplies_pkey primary key (item_key),
  constraint item_supplies_item_key_fkey foreign key (item_key) references items
);
comment on table item_supplies is 'What a stock of each item is measured by, as the latest night found it; of all goods that were sold or have a stock.';
comment on column item_supplies.last_sold_on is 'null: not within the past that is looked at.';
comment on column item_supplies.still_since is 'Since this day it has been there to be bought and was not: the latest of its last sale, its last day sold out, and when it came.';
comment on column item_supplies.expected_a_day is 'Units, mean of the next seven days.';
comment on column item_supplies.sold_high is 'Units asked for from the first day foreseen up to each day, which more is asked for in one case of ten.';
comment on column item_supplies.sold_low is 'The same, which less is asked for in one case of ten.';

create table demand_forecast_progress (
  singleton boolean not null default true,
  made_at timestamptz not null,
  first_day date not null,
  history_days int not null,
  constraint demand_forecast_progress_pkey primary key (singleton),
  constraint demand_forecast_progress_singleton_check check (singleton)
);
comment on table demand_forecast_progress is 'One row: when the forecasts were made, from which day on, and from how many days before it.';
