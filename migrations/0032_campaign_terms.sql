-- What a campaign promises has versions: a change makes a new one, and whatever was decided, issued or taken names its own. What a
-- campaign is (its id, its arms, the calendar and the control share that would mix if they changed), how it stands and what its
-- conditional updates look at stays with the campaign.
create table campaign_terms (
  terms_key int generated always as identity,
  campaign_key int not null,
  version int not null,
  name text not null,
  discount_type text not null,
  percent numeric(7,4),
  amount_minor bigint,
  maximum_discount_minor bigint,
  buy_count int,
  get_count int,
  valid_from timestamptz not null,
  valid_until timestamptz not null,
  coupon_valid_days int not null,
  coupon_budget int,
  money_budget_minor bigint,
  limit_per_customer int not null,
  minimum_spend_minor bigint,
  target_groups text[] not null,
  target_segments text[] not null,
  item_ids text[] not null,
  categories text[] not null,
  priority int not null,
  limits jsonb not null,
  stacking text not null,
  stacking_order int not null,
  content_hash bytea not null,
  since timestamptz not null,
  constraint campaign_terms_pkey primary key (terms_key),
  constraint campaign_terms_campaign_key_version_key unique (campaign_key, version),
  constraint campaign_terms_of_its_campaign unique (campaign_key, terms_key),
  constraint campaign_terms_campaign_key_fkey foreign key (campaign_key) references campaigns,
  constraint campaign_terms_version_check check (version > 0),
  constraint campaign_terms_discount_type_check check (discount_type in ('percent', 'amount', 'free-shipping', 'buy-x-get-y')),
  constraint campaign_terms_discount_of_its_type check (
    (discount_type in ('percent', 'buy-x-get-y')) = (percent is not null)
    and (discount_type = 'amount') = (amount_minor is not null)
    and (discount_type = 'buy-x-get-y') = (buy_count is not null and get_count is not null)),
  constraint campaign_terms_percent_check check (percent > 0 and percent <= 100),
  constraint campaign_terms_amount_minor_check check (amount_minor > 0),
  constraint campaign_terms_maximum_discount_minor_check check (maximum_discount_minor > 0),
  constraint campaign_terms_buy_count_check check (buy_count > 0),
  constraint campaign_terms_get_count_check check (get_count > 0),
  constraint campaign_terms_valid_until_after_from check (valid_until > valid_from),
  constraint campaign_terms_coupon_valid_days_check check (coupon_valid_days > 0),
  constraint campaign_terms_coupon_budget_check check (coupon_budget > 0),
  constraint campaign_terms_money_budget_minor_check check (money_budget_minor > 0),
  constraint campaign_terms_money_budget_needs_maximum check (
    discount_type in ('amount', 'free-shipping') or money_budget_minor is null or maximum_discount_minor is not null),
  constraint campaign_terms_limit_per_customer_check check (limit_per_customer > 0),
  constraint campaign_terms_minimum_spend_minor_check check (minimum_spend_minor >= 0),
  constraint campaign_terms_stacking_check check (stacking in ('exclusive', 'stackable'))
);
comment on table campaign_terms is 'Append-only: what a campaign promises, in versions.';
comment on column campaign_terms.since is 'When this version began to hold; until the next one.';

-- The first version of each has its campaign's key, so that sets of campaigns from before are sets of terms as they stand.
insert into campaign_terms (terms_key, campaign_key, version, name, discount_type, percent, amount_minor, maximum_discount_minor,
    buy_count, get_count, valid_from, valid_until, coupon_valid_days, coupon_budget, money_budget_minor, limit_per_customer,
    minimum_spend_minor, target_groups, target_segments, item_ids, categories, priority, limits, stacking, stacking_order,
    content_hash, since)
  overriding system value
  select campaign_key, campaign_key, 1, name, discount_type, percent, amount_minor, maximum_discount_minor,
    buy_count, get_count, valid_from, valid_until, coupon_valid_days, coupon_budget, money_budget_minor, limit_per_customer,
    minimum_spend_minor, target_groups, target_segments, item_ids, categories, priority, limits, stacking, stacking_order,
    content_hash, created_at
  from campaigns order by campaign_key;
select setval(pg_get_serial_sequence('campaign_terms', 'terms_key'), coalesce(max(terms_key), 0) + 1, false) from campaign_terms;
create trigger append_only before update or delete on campaign_terms for each row execute function refuse_change();

-- A code made in bulk or by name without an end of its own ends with its campaign, whenever that is.
alter table coupons alter column valid_until drop not null;
update coupons set valid_until = null from campaigns
  where campaigns.campaign_key = coupons.campaign_key and coupons.kind <> 'issued' and coupons.decision_id is null
    and coupons.valid_until = campaigns.valid_until;

drop index campaigns_priority_campaign_key_idx;
alter table campaigns add column terms_key int;
update campaigns set terms_key = campaign_key;
alter table campaigns
  alter column terms_key set not null,
  add constraint campaigns_terms_key_fkey foreign key (campaign_key, terms_key)
    references campaign_terms (campaign_key, terms_key) deferrable initially deferred,
  drop column name,
  drop column discount_type,
  drop column percent,
  drop column amount_minor,
  drop column maximum_discount_minor,
  drop column buy_count,
  drop column get_count,
  drop column valid_from,
  drop column valid_until,
  drop column coupon_valid_days,
  drop column limit_per_customer,
  drop column minimum_spend_minor,
  drop column target_groups,
  drop column target_segments,
  drop column item_ids,
  drop column categories,
  drop column priority,
  drop column limits,
  drop column stacking,
  drop column stacking_order,
  drop column content_hash;
comment on table campaigns is 'Campaigns as they stand. The counters change by conditional updates and equal the ledger''s sums.';
comment on column campaigns.terms_key is 'The terms that hold now.';
comment on column campaigns.coupon_budget is 'Of the terms that hold now, as is the money''s: what the conditional updates look at.';
comment on column campaigns.time_zone is 'Of its periods. It never changes, and neither do the start of its weeks and the share of its control: the periods and the arms would mix.';

alter table coupons add column terms_key int;
update coupons set terms_key = campaign_key where kind = 'issued' or decision_id is not null;
alter table coupons
  add constraint coupons_terms_key_fkey foreign key (campaign_key, terms_key) references campaign_terms (campaign_key, terms_key),
  add constraint coupons_issued_under_terms check (kind <> 'issued' or terms_key is not null),
  add constraint coupons_terms_until check (terms_key is null or valid_until is not null);
comment on column coupons.terms_key is 'What it was issued under, which holds for it for ever. null: a code that nobody was given, which follows its campaign.';
comment on column coupons.valid_until is 'null: as long as its campaign.';

alter table coupon_uses add column terms_key int;
update coupon_uses set terms_key = campaign_key;
alter table coupon_uses
  alter column terms_key set not null,
  add constraint coupon_uses_terms_key_fkey foreign key (campaign_key, terms_key) references campaign_terms (campaign_key, terms_key);
comment on column coupon_uses.terms_key is 'What it was taken under.';

alter table campaign_sets rename column campaign_keys to terms_keys;
comment on table campaign_sets is 'Which terms of campaigns, in which order, a decision was made over.';

comment on column coupon_counters.at_most is 'The limit that the last of the units was within. Where the limit is lowered, what was used stays.';
