-- Campaigns that were run elsewhere, imported for their reports: no coupon of them can be redeemed here.
alter table imports
  drop constraint imports_kind_check,
  add check (kind in ('orders', 'items', 'customers', 'events', 'campaigns', 'recipients', 'coupons', 'redemptions'));
alter table quarantine
  drop constraint quarantine_kind_check,
  add check (kind in ('item', 'customer', 'event', 'order', 'order_line', 'refund', 'campaign', 'recipient', 'coupon', 'redemption'));

create table past_campaigns (
  campaign_key int generated always as identity primary key,
  campaign_id text collate "C" not null unique check (length(campaign_id) between 1 and 128),
  name text not null,
  started_at timestamptz not null,
  ended_at timestamptz not null,
  import_id bigint not null references imports,
  check (ended_at >= started_at)
);

-- Who was sent a campaign. null: the person was erased.
create table past_recipients (
  campaign_key int not null references past_campaigns,
  customer_key int,
  import_id bigint not null references imports,
  unique (campaign_key, customer_key)
);
create index on past_recipients (customer_key) where customer_key is not null;

-- Which items a code was for; '' is any.
create table past_coupons (
  campaign_key int not null references past_campaigns,
  code text collate "C" not null,
  item_id text collate "C" not null,
  import_id bigint not null references imports,
  primary key (campaign_key, code, item_id)
);

-- order_id '': the history does not tell; discount null: neither that.
create table past_redemptions (
  campaign_key int not null references past_campaigns,
  customer_key int,
  code text collate "C" not null,
  redeemed_at timestamptz not null,
  order_id text collate "C" not null,
  discount_minor bigint check (discount_minor >= 0),
  import_id bigint not null references imports,
  unique (campaign_key, customer_key, code, redeemed_at, order_id)
);
create index on past_redemptions (customer_key) where customer_key is not null;
