-- Coupons, exactly once: every unit that is taken is a use with one life (reserved, redeemed, reversed, or given back
-- before); limits by period; codes in bulk; and what a decision was made from, so that it can be made again.

alter table campaigns
  drop constraint campaigns_discount_type_check,
  drop constraint campaigns_check1,
  drop constraint campaigns_check2,
  drop constraint campaigns_check3,
  drop constraint campaigns_check4,
  drop constraint money_budget_kept,
  add column buy_count int check (buy_count > 0),
  add column get_count int check (get_count > 0),
  add column limits jsonb not null default '[]',
  add column time_zone text not null default 'UTC',
  add column week_start text not null default 'monday' check (week_start in ('monday', 'sunday')),
  add column stacking text not null default 'exclusive' check (stacking in ('exclusive', 'stackable')),
  add column stacking_order int not null default 0,
  add column control_share numeric(6,4) not null default 0 check (control_share between 0 and 0.5),
  add column released int not null default 0 check (released >= 0),
  add column reversed int not null default 0 check (reversed >= 0),
  add column money_reversed_minor bigint not null default 0 check (money_reversed_minor >= 0),
  add check (discount_type in ('percent', 'amount', 'free-shipping', 'buy-x-get-y')),
  add check ((discount_type in ('percent', 'buy-x-get-y')) = (percent is not null)
    and (discount_type = 'amount') = (amount_minor is not null)
    and (discount_type = 'buy-x-get-y') = (buy_count is not null and get_count is not null)),
  add check (discount_type in ('amount', 'free-shipping') or money_budget_minor is null or maximum_discount_minor is not null),
  -- redeemed and reversed are gross; what is held is what was not given back.
  add check (redeemed >= reversed and issued >= redeemed - reversed and expired >= 0),
  add check (money_reserved_minor >= 0 and money_redeemed_minor >= money_reversed_minor),
  add constraint money_budget_kept
    check (money_reserved_minor + money_redeemed_minor - money_reversed_minor <= money_budget_minor);

-- A code. issued: made by a decision for one customer, its unit is reserved from then on. single, shared: made in bulk or by
-- name, a unit is taken when they are redeemed; `held` counts the units held through such a code.
alter table coupons
  alter column decision_id drop not null,
  add column kind text not null default 'issued' check (kind in ('issued', 'single', 'shared')),
  add column usage_limit int default 1 check (usage_limit > 0),
  add column held int not null default 0 check (held >= 0),
  add column batch_id text collate "C",
  add constraint code_limit_kept check (held <= usage_limit);
create index on coupons (campaign_key, batch_id, coupon_key) where batch_id is not null;

-- One unit of a campaign, from the moment it is taken. The local dates are those of the campaign's zone when it was taken.
create table coupon_uses (
  use_id bigint generated always as identity primary key,
  coupon_key bigint not null references coupons,
  campaign_key int not null references campaigns,
  customer_key int,
  state text not null check (state in ('reserved', 'redeemed', 'partly-reversed', 'reversed', 'expired', 'released')),
  reserved_minor bigint not null check (reserved_minor >= 0),
  discount_minor bigint check (discount_minor >= 0),
  reversed_minor bigint not null default 0 check (reversed_minor >= 0 and reversed_minor <= coalesce(discount_minor, 0)),
  order_id text collate "C",
  taken_at timestamptz not null,
  expires_at timestamptz,
  redeemed_at timestamptz,
  day date not null,
  week date not null,
  month date not null,
  check ((state = 'reserved') <= (expires_at is not null)),
  check ((state in ('redeemed', 'partly-reversed', 'reversed')) = (redeemed_at is not null))
);
insert into coupon_uses (use_id, coupon_key, campaign_key, customer_key, state, reserved_minor, discount_minor, order_id,
    taken_at, expires_at, redeemed_at, day, week, month)
  overriding system value
  select coalesce(redemption.entry_id, reservation.entry_id), coupons.coupon_key, coupons.campaign_key, customer_key,
    case status when 'open' then 'reserved' else status end, coupons.reserved_minor, redemption.redeemed_minor,
    redemption.order_id, issued_at, coupons.valid_until, redemption.occurred_at, issued_at at time zone 'UTC',
    date_trunc('week', issued_at at time zone 'UTC'), date_trunc('month', issued_at at time zone 'UTC')
  from coupons
  join coupon_ledger as reservation on reservation.coupon_key = coupons.coupon_key and reservation.kind = 'reservation'
  left join coupon_ledger as redemption on redemption.coupon_key = coupons.coupon_key and redemption.kind = 'redemption';
select setval(pg_get_serial_sequence('coupon_uses', 'use_id'), (select max(use_id) from coupon_uses))
  where exists (select from coupon_uses);
create index on coupon_uses (coupon_key);
create index on coupon_uses (customer_key, campaign_key) where customer_key is not null;
create index on coupon_uses (campaign_key, expires_at) where state = 'reserved';
create index on coupon_uses (order_id) where order_id is not null;
-- An order takes a code once.
create unique index use_once_an_order on coupon_uses (coupon_key, order_id) where order_id is not null and state <> 'reversed';

alter table coupons drop column status, drop column reserved_minor;

-- Units held by campaign, customer or code, in all or in a period; changed by conditional updates only.
create table coupon_counters (
  campaign_key int not null references campaigns,
  per text collate "C" not null check (per in ('campaign', 'customer', 'code')),
  holder bigint not null,
  period text collate "C" not null check (period in ('total', 'day', 'week', 'month')),
  starts date not null,
  units int not null check (units >= 0),
  at_most int not null check (at_most > 0),
  primary key (campaign_key, per, holder, period, starts),
  constraint limit_kept check (units <= at_most)
);
create index on coupon_counters (holder) where per = 'customer';
insert into coupon_counters (campaign_key, per, holder, period, starts, units, at_most)
  select campaign_key, 'customer', customer_key, 'total', '0001-01-01', count(*), limit_per_customer
  from coupon_uses join campaigns using (campaign_key)
  where customer_key is not null and state in ('reserved', 'redeemed') group by campaign_key, customer_key, limit_per_customer;

-- An order cancelled or partly refunded, by the shop's own id: of a use, once.
create table coupon_reversals (
  reversal_key bigint generated always as identity primary key,
  reversal_id text collate "C" not null,
  use_id bigint not null references coupon_uses,
  amount_minor bigint not null check (amount_minor >= 0),
  unit_given_back boolean not null,
  content_hash bytea not null,
  reversed_at timestamptz not null,
  constraint reversed_once unique (reversal_id, use_id)
);

-- units: the change in what is held. The three sums of money are changes too; reversed is counted on its own.
drop index coupon_ledger_coupon_key_idx, coupon_ledger_coupon_key_idx1;
alter table coupon_ledger
  drop constraint coupon_ledger_kind_check,
  add column use_id bigint references coupon_uses,
  add column reversal_key bigint references coupon_reversals,
  add column units int not null default 0,
  add column reversed_minor bigint not null default 0,
  add check (kind in ('reservation', 'redemption', 'expiry', 'release', 'reversal')),
  add check ((kind = 'reversal') = (reversal_key is not null));
update coupon_ledger set use_id = coupon_uses.use_id,
    units = case kind when 'reservation' then 1 when 'expiry' then -1 else 0 end
  from coupon_uses where coupon_uses.coupon_key = coupon_ledger.coupon_key;
alter table coupon_ledger alter column use_id set not null;
create unique index reserved_once on coupon_ledger (use_id) where kind = 'reservation';
create unique index ended_once on coupon_ledger (use_id) where kind in ('redemption', 'expiry', 'release');
create unique index booked_once on coupon_ledger (reversal_key) where kind = 'reversal';
create index on coupon_ledger (campaign_key);

-- The ledger is written once and never again; of a decision only the person can go.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger append_only before update or delete on coupon_ledger for each row execute function refuse_change();
create trigger never_emptied before truncate on coupon_ledger for each statement execute function refuse_change();
create trigger append_only before delete on coupon_decisions for each row execute function refuse_change();
create trigger answer_kept before update on coupon_decisions for each row
  when (new.customer_key is not null or new.decided_at <> old.decided_at
    or new.inputs::text <> old.inputs::text or new.answer::text <> old.answer::text)
  execute function refuse_change();

-- Which campaigns, in which order, a decision was made over; their terms never change.
create table coupon_rule_sets (
  set_id text collate "C" primary key,
  campaign_keys int[] not null,
  created_at timestamptz not null default clock_timestamp()
);

-- The arm in which a customer was when a campaign was first to give them a coupon.
create table campaign_assignments (
  assignment_id bigint generated always as identity primary key,
  campaign_key int not null references campaigns,
  customer_key int,
  arm text not null check (arm in ('treatment', 'control', 'holdout')),
  control_share numeric(6,4) not null,
  holdout_share numeric(6,4) not null,
  decision_id bigint not null,
  assigned_at timestamptz not null
);
create unique index assigned_once on campaign_assignments (campaign_key, customer_key);

-- The newest row holds; the salt stays, so that a larger share only adds customers.
create table coupon_holdouts (
  holdout_id int generated always as identity primary key,
  share numeric(6,4) not null check (share = 0 or share between 0.01 and 0.15),
  exploration_share numeric(6,4) not null check (exploration_share between 0 and 0.2),
  salt text not null,
  since timestamptz not null default clock_timestamp()
);
insert into coupon_holdouts (share, exploration_share, salt) values (0, 0, gen_random_uuid()::text);
create trigger append_only before update or delete on coupon_holdouts for each row execute function refuse_change();
