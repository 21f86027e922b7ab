-- A campaign of referrals may be given to many: each gets a code to hand on, about which nothing is decided.
alter table giving_customers alter column decision_id drop not null;
comment on column giving_customers.decision_id is 'null: a code to hand on, which nothing is decided about.';

-- What is looked through for rewards to take back is those that may still be: once used or over, one stays as it is.
alter table referrals add column is_open boolean default false not null;
comment on column referrals.is_open is 'Whether the reward may still be unused, as far as somebody has looked.';
update referrals set is_open = true where state = 'given' and exists (
  select from coupon_uses where coupon_uses.coupon_key = referrals.reward_key and coupon_uses.state = 'reserved');
alter table referrals add constraint referrals_open_where_given check (not is_open or state = 'given');
create index referrals_open_idx on referrals (use_id) where is_open;
create index referrals_withheld_idx on referrals (use_id) where why in ('limit-reached', 'budget-spent');
