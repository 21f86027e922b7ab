-- Coupon campaigns, decisions, codes and their ledger, and the answers of writes that must happen once.

-- The terms never change; the counters change by conditional updates and equal the ledger's sums.
create table campaigns (
  campaign_key int generated always as identity primary key,
  campaign_id text collate "C" not null unique check (length(campaign_id) between 1 and 128),
  name text not null,
  discount_type text not null check (discount_type in ('percent', 'amount')),
  percent numeric(7,4) check (percent > 0 and percent <= 100),
  amount_minor bigint check (amount_minor > 0),
  maximum_discount_minor bigint check (maximum_discount_minor > 0),
  valid_from timestamptz not null,
  valid_until timestamptz not null,
  coupon_valid_days int not null check (coupon_valid_days > 0),
  coupon_budget int check (coupon_budget > 0),
  money_budget_minor bigint check (money_budget_minor > 0),
  limit_per_customer int not null check (limit_per_customer > 0),
  minimum_spend_minor bigint check (minimum_spend_minor >= 0),
  target_groups text[] not null,
  item_ids text[] not null,
  categories text[] not null,
  priority int not null,
  content_hash bytea not null,
  created_at timestamptz not null,
  paused boolean not null default false,
  issued int not null default 0,
  redeemed int not null default 0,
  expired int not null default 0,
  money_reserved_minor bigint not null default 0,
  money_redeemed_minor bigint not null default 0,
  check (valid_until > valid_from),
  check ((discount_type = 'percent') = (percent is not null) and (discount_type = 'amount') = (amount_minor is not null)),
  check (discount_type = 'amount' or money_budget_minor is null or maximum_discount_minor is not null),
  check (redeemed >= 0 and issued >= redeemed and expired >= 0),
  check (money_reserved_minor >= 0 and money_redeemed_minor >= 0),
  constraint coupon_budget_kept check (issued <= coupon_budget),
  constraint money_budget_kept check (money_reserved_minor + money_redeemed_minor <= money_budget_minor)
);
create index on campaigns (priority desc, campaign_key);

-- Every decision, also "none": what it was made from and what was answered. The customer's id is in neither.
create table coupon_decisions (
  decision_id bigint generated always as identity primary key,
  customer_key int,
  decided_at timestamptz not null,
  inputs json not null,
  answer json not null
);
create index on coupon_decisions (customer_key) where customer_key is not null;

create table coupons (
  coupon_key bigint generated always as identity primary key,
  code text collate "C" not null unique,
  campaign_key int not null references campaigns,
  customer_key int,
  decision_id bigint not null references coupon_decisions,
  status text not null default 'open' check (status in ('open', 'redeemed', 'expired')),
  reserved_minor bigint not null check (reserved_minor >= 0),
  issued_at timestamptz not null,
  valid_until timestamptz not null
);
create index on coupons (customer_key, campaign_key) where customer_key is not null;
create index on coupons (campaign_key, valid_until) where status = 'open';

-- Append-only. A coupon is reserved once, and then either redeemed or expired, once.
create table coupon_ledger (
  entry_id bigint generated always as identity primary key,
  coupon_key bigint not null references coupons,
  campaign_key int not null references campaigns,
  kind text not null check (kind in ('reservation', 'redemption', 'expiry')),
  reserved_minor bigint not null,
  redeemed_minor bigint not null default 0,
  order_id text collate "C",
  occurred_at timestamptz not null
);
create unique index on coupon_ledger (coupon_key) where kind = 'reservation';
create unique index on coupon_ledger (coupon_key) where kind <> 'reservation';

-- What a write with an Idempotency-Key was answered, written in the transaction of the write itself.
-- customer_key: whom the request names, so that it goes with them.
create table idempotent_answers (
  operation text not null,
  key_id bigint not null,
  idempotency_key text collate "C" not null,
  body_hash bytea not null,
  answer json,
  customer_key int,
  created_at timestamptz not null default clock_timestamp(),
  primary key (operation, key_id, idempotency_key)
);
create index on idempotent_answers (customer_key) where customer_key is not null;
