-- The last orders with an item are found without reading all its lines, which are a tenth of all of a best seller.
create index order_lines_item_key_order_key_idx on order_lines (item_key, order_key);
drop index order_lines_item_key_idx;
-- A page of what happened to a person is read without all that ever did.
create index segment_changes_customer_key_changed_at_idx on segment_changes (customer_key, changed_at);
drop index segment_changes_customer_key_idx;
create index served_lists_customer_key_served_at_idx on served_lists (customer_key, served_at) where customer_key is not null;
drop index served_lists_customer_key_idx;
create index coupon_decisions_customer_key_decided_at_idx on coupon_decisions (customer_key, decided_at)
  where customer_key is not null;
drop index coupon_decisions_customer_key_idx;
