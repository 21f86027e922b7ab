-- Training runs, model versions, releases, and the tables that are served.

-- Who may do a thing that only one instance should do; kept on the database's clock.
create table leases (
  name text primary key,
  holder text not null,
  expires_at timestamptz not null,
  -- of the lease `night`: the local date of the last night that is done
  done_for date
);

create table training_runs (
  training_run_id bigint generated always as identity primary key,
  status text not null default 'running' check (status in ('running', 'succeeded', 'refused', 'failed')),
  models text[] not null,
  as_of timestamptz not null,
  watermark timestamptz,
  seed int not null,
  recipes jsonb not null,
  code_version text not null,
  started_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  heartbeat_at timestamptz not null default clock_timestamp(),
  progress jsonb not null default '{"stage": null, "done": 0, "total": 0, "eta_seconds": null, "stages": []}',
  counts jsonb not null default '{}',
  metrics jsonb not null default '{}',
  verdict jsonb,
  versions jsonb not null default '{}',
  release_id int,
  error text
);

create table model_versions (
  kind text not null check (kind in ('popularity', 'association-rules', 'collaborative-filtering', 'segmentation')),
  version int not null,
  training_run_id bigint references training_runs,
  as_of timestamptz not null,
  seed int not null,
  recipe jsonb not null,
  metrics jsonb not null default '{}',
  summary jsonb not null default '{}',
  row_count bigint not null,
  checksum text not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (kind, version)
);
create sequence model_version_numbers as int;

-- What is served together was judged together: a release names a version of every kind.
create table releases (
  release_id int generated always as identity primary key,
  versions jsonb not null,
  reason text not null check (reason in ('night', 'publish', 'rollback')),
  training_run_id bigint references training_runs,
  created_at timestamptz not null default clock_timestamp()
);

create table published_release (
  singleton boolean primary key default true check (singleton),
  release_id int not null references releases
);

-- Served tables: a version's rows are copied into a table of their own, which is attached when the version is complete.
create table popularity_scores (
  version int not null,
  item_key int not null,
  score real not null,
  purchases int not null
) partition by list (version);

create table association_rules (
  version int not null,
  rule_number int not null,
  antecedent int[] not null,
  consequent int not null,
  count int not null,
  antecedent_count int not null,
  consequent_count int not null,
  support double precision not null,
  confidence double precision not null,
  lift double precision not null,
  leverage double precision not null,
  conviction double precision not null,
  p_value double precision not null
) partition by list (version);

create table item_neighbours (
  version int not null,
  item_key int not null,
  neighbours int[] not null,
  weights real[] not null
) partition by list (version);

create table customer_lists (
  version int not null,
  customer_key int not null,
  item_keys int[] not null,
  scores real[] not null,
  sources smallint[] not null,
  because int[] not null
) partition by list (version);

create table customer_segments (
  version int not null,
  customer_key int not null,
  recency_days int not null,
  frequency int not null,
  monetary_minor bigint not null,
  recency_score smallint not null,
  frequency_score smallint not null,
  monetary_score smallint not null,
  customer_group text not null,
  group_since timestamptz not null,
  previous_group text,
  cluster smallint not null,
  cluster_since timestamptz not null,
  average_order_minor bigint not null,
  average_unit_price numeric(18,6) not null,
  discount_share real
) partition by list (version);

-- Which lists were served; events and order lines bring the list id back.
create table served_lists (
  list_id uuid not null,
  customer_key int,
  visitor_key bigint,
  release_id int,
  item_keys int[] not null,
  served_at timestamptz not null
);
create index on served_lists (customer_key) where customer_key is not null;
create index on served_lists (served_at);
