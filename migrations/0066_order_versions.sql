-- The same order with a newer `updated_at` takes the place of what is known of it.
alter table orders add column updated_at timestamptz;
comment on column orders.updated_at is 'The shop''s own time of the last change. null: not told.';
comment on table order_lines is 'Sale lines. A refund is a fact of its own, and net is computed as of a moment; an edit of the order writes its lines anew, and order_versions keeps those of before.';

create table order_versions (
  order_key bigint not null,
  version integer not null,
  customer_key integer,
  visitor_key bigint,
  updated_at timestamptz,
  replaced_at timestamptz default clock_timestamp() not null,
  content jsonb not null,
  constraint order_versions_pkey primary key (order_key, version),
  constraint order_versions_order_key_fkey foreign key (order_key) references orders (order_key),
  constraint order_versions_customer_key_fkey foreign key (customer_key) references customers (customer_key),
  constraint order_versions_visitor_key_fkey foreign key (visitor_key) references visitors (visitor_key),
  constraint order_versions_version_check check (version >= 1)
);
comment on table order_versions is 'What was known of orders before they were edited. Rows are never changed; they go with their customer.';
comment on column order_versions.version is 'From 1, the first that was known.';
comment on column order_versions.updated_at is 'The shop''s own time of this version. null: not told.';
comment on column order_versions.content is 'Time, terms, lines and statuses; nothing of who bought.';
create index order_versions_customer_key_idx on order_versions (customer_key) where customer_key is not null;
create index order_versions_visitor_key_idx on order_versions (visitor_key) where visitor_key is not null;
create trigger append_only before update on order_versions for each row execute function refuse_change();

create table refund_remainders (
  refund_key bigint not null,
  line_number integer not null,
  order_key bigint not null,
  quantity numeric(12,3) not null,
  amount_minor bigint not null,
  constraint refund_remainders_pkey primary key (refund_key, line_number, order_key),
  constraint refund_remainders_line_fkey foreign key (refund_key, line_number) references refund_lines (refund_key, line_number),
  constraint refund_remainders_order_key_fkey foreign key (order_key) references orders (order_key),
  constraint refund_remainders_something check (quantity >= 0 and amount_minor >= 0 and quantity + amount_minor > 0)
);
create index refund_remainders_order_key_idx on refund_remainders (order_key);
comment on table refund_remainders is 'What refunds gave back of lines that an edited order has no more: in no figure, and linked again where a later edit has them.';

alter table list_credits drop constraint list_credits_order_key_line_number_fkey,
  add constraint list_credits_order_key_line_number_fkey foreign key (order_key, line_number)
    references order_lines (order_key, line_number) on delete cascade;
