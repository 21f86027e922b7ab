-- What roll-ups and reports look for by time.
create index customers_registered_at_idx on customers (registered_at) where registered_at is not null;
create index coupons_issued_at_idx on coupons (issued_at) where kind = 'issued';
create index coupon_uses_redeemed_at_idx on coupon_uses (redeemed_at) where redeemed_at is not null;
create index coupon_reversals_reversed_at_idx on coupon_reversals (reversed_at);

-- Days on which something was sold out are few, and what is foreseen every night asks for them alone.
create index item_stock_days_sold_out_idx on item_stock_days (item_key, day) where sold_out_seconds > 0 or closing = 0;

-- A stock that was first heard of in the course of a day was not known before.
alter table item_stock_days add column known_at timestamptz;
comment on column item_stock_days.known_at is 'Since when on that day the stock is known, where it was not at its beginning. null: it was.';
update item_stock_days set known_at = changed_at where opening is null;

-- Stock by day and credits of lists are kept for a time; days before keep what was counted of them.
alter table stock_carried add column kept_from date;
comment on column stock_carried.kept_from is 'Since which day stock by day is whole: what was before has gone with its retention. null: nothing has.';
alter table roll_up_progress add column lists_kept_from date;
comment on column roll_up_progress.lists_kept_from is 'Since which day list_counts and list_credits are whole: what was before has gone with its retention. null: nothing has.';

-- A list that is written down after its events were counted.
alter table touched_days drop constraint touched_days_kind_check;
alter table touched_days add constraint touched_days_kind_check
  check (kind in ('event', 'order', 'refund', 'customer', 'stock', 'cost', 'market', 'list'));
