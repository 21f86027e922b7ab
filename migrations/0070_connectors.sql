-- Shop platforms tell what happens by their webhooks.
create table connectors (
  platform text collate "C" not null,
  secret bytea not null,
  created_at timestamptz default clock_timestamp() not null,
  secret_since timestamptz default clock_timestamp() not null,
  constraint connectors_pkey primary key (platform),
  constraint connectors_platform_check check (platform in ('shopify', 'woocommerce', 'medusa'))
);
comment on table connectors is 'Platforms that may send deliveries.';
comment on column connectors.secret is 'What deliveries are signed with. It has to be known whole to verify them, and is never told.';
create constraint trigger audit_insert after insert on connectors deferrable initially deferred for each row
  execute function note_change('connector', 'platform secret_since', 'platform');
create constraint trigger audit_update after update on connectors deferrable initially deferred for each row
  when (old.secret_since is distinct from new.secret_since)
  execute function note_change('connector', 'platform secret_since', 'platform');
create constraint trigger audit_delete after delete on connectors deferrable initially deferred for each row
  execute function note_change('connector', 'platform secret_since', 'platform');

create table connector_deliveries (
  platform text collate "C" not null,
  delivery_id text collate "C" not null,
  topic text collate "C" not null,
  received_at timestamptz default clock_timestamp() not null,
  outcome text collate "C" not null,
  facts integer not null,
  quarantined integer not null,
  merged integer not null,
  constraint connector_deliveries_pkey primary key (platform, delivery_id),
  constraint connector_deliveries_outcome_check check (outcome in ('recorded', 'ignored', 'unknown-topic'))
);
comment on table connector_deliveries is 'Deliveries that were answered, so that one that comes again does nothing: not what they said.';
create index connector_deliveries_received_at_idx on connector_deliveries (received_at);

create table connector_numbers (
  platform text collate "C" not null,
  kind text collate "C" not null,
  number text collate "C" not null,
  id text collate "C" not null,
  constraint connector_numbers_pkey primary key (platform, kind, number, id),
  constraint connector_numbers_kind_check check (kind in ('order', 'product'))
);
comment on table connector_numbers is 'What platforms'' own numbers of orders and products are here: some deliveries tell nothing else.';
comment on column connector_numbers.id is 'The order, or an item of the product.';
