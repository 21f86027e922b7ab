-- Customer value: what each customer is expected to bring.

alter table model_versions drop constraint model_versions_kind_check;
alter table model_versions add constraint model_versions_kind_check
  check (kind in ('popularity', 'association-rules', 'collaborative-filtering', 'segmentation', 'customer-value'));

create table customer_values (
  version int not null,
  customer_key int not null,
  expected_orders real not null,
  order_value_minor bigint,
  revenue_minor bigint,
  alive_probability real,
  next_order_at timestamptz,
  likelier_than real not null
) partition by list (version);
