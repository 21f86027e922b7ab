-- Money is given back without goods, and of shipping and fees.
alter table refund_lines drop constraint refund_lines_quantity_check,
  add constraint refund_lines_quantity_check check (quantity >= 0);
comment on column refund_lines.quantity is 'Pieces given back. 0: money alone.';
alter table refund_links drop constraint refund_links_quantity_check,
  add constraint refund_links_quantity_check check (quantity > 0 or (quantity = 0 and amount_minor > 0));
comment on column refund_links.quantity is 'Pieces. 0: money alone, for goods that are kept.';

alter table orders add column fees_minor bigint,
  add constraint orders_fees_minor_check check (fees_minor >= 0);
comment on column orders.fees_minor is 'What the customer pays in fees (wrapping, payment, deposit), beside total_minor and shipping_minor. null: not told.';

create table refund_charges (
  refund_key bigint not null,
  order_key bigint not null,
  shipping_minor bigint not null,
  fees_minor bigint not null,
  constraint refund_charges_pkey primary key (refund_key),
  constraint refund_charges_refund_key_fkey foreign key (refund_key) references refunds (refund_key),
  constraint refund_charges_order_key_fkey foreign key (order_key) references orders (order_key),
  constraint refund_charges_gives check (shipping_minor >= 0 and fees_minor >= 0 and shipping_minor + fees_minor > 0)
);
create index refund_charges_order_key_idx on refund_charges (order_key);
comment on table refund_charges is 'What refunds gave back of their order''s shipping and fees, beside what refund_links gave back of its goods.';

alter table imports drop constraint imports_kind_check,
  add constraint imports_kind_check check (kind in
    ('orders', 'items', 'customers', 'events', 'refunds', 'costs', 'market-figures', 'campaigns', 'recipients', 'coupons', 'redemptions'));
