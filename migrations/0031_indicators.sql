-- What indicators are read from: counts of local days, made from facts and made anew when facts of the day change.
create table indicator_cells (
  measure text collate "C" not null,
  dimension text collate "C" not null,
  grain text collate "C" not null,
  period timestamptz not null,
  member text collate "C" not null,
  amount numeric not null,
  subjects bigint[],
  constraint indicator_cells_pkey primary key (measure, dimension, grain, period, member),
  constraint indicator_cells_grain_check check (grain in ('hour', 'day', 'week', 'month')),
  constraint indicator_cells_subjects_counted check (cardinality(subjects) = amount)
);
comment on table indicator_cells is
  'Roll-ups: what a measure came to in a period, in all (dimension `all`, member empty) and by members of a dimension. Nothing is written where there was nothing.';
comment on column indicator_cells.period is 'When the period begins in the shop''s zone; weeks begin on Monday.';
comment on column indicator_cells.member is 'Of the dimension, as the shop names it. Empty: the facts do not tell, or all.';
comment on column indicator_cells.amount is 'Money in minor units.';
comment on column indicator_cells.subjects is
  'Of distinct measures by day: the keys that were counted, so that weeks and months count each once. null: of all others.';
alter table indicator_cells set (autovacuum_vacuum_scale_factor = 0.05, fillfactor = 90);

create table roll_ups (
  family text collate "C" not null,
  day date not null,
  due_at timestamptz,
  rolled_up_at timestamptz,
  took_ms int,
  constraint roll_ups_pkey primary key (family, day)
);
comment on table roll_ups is 'Which local days are counted by which family of measures, and which of them are to be counted anew.';
comment on column roll_ups.due_at is 'When the day is to be counted (anew). null: nothing of it has changed since.';
comment on column roll_ups.took_ms is 'What counting it took, so that what takes long is not done often.';
create index roll_ups_due_at_idx on roll_ups (due_at) where due_at is not null;

create table roll_up_families (
  family text collate "C" not null,
  version int not null,
  constraint roll_up_families_pkey primary key (family)
);
comment on table roll_up_families is 'By which version of its code each family has counted: another version counts all days anew.';

create table roll_up_progress (
  singleton boolean not null default true,
  number bigint not null default 0,
  taken_at timestamptz not null default '-infinity',
  constraint roll_up_progress_pkey primary key (singleton),
  constraint roll_up_progress_singleton_check check (singleton)
);
comment on table roll_up_progress is 'One row; who counts holds it, so that a day is never counted by two at once.';
comment on column roll_up_progress.number is 'Of the latest roll-up: the version of the data that indicators tell.';
comment on column roll_up_progress.taken_at is 'Facts committed before then have been seen.';
insert into roll_up_progress default values;

create index events_occurred_at_idx on events (occurred_at);
create index refunds_occurred_at_idx on refunds (occurred_at);

alter table api_keys drop constraint api_keys_scopes_check;
alter table api_keys add constraint api_keys_scopes_check
  check (scopes <@ array['events', 'ingest', 'recommend', 'segments', 'coupons', 'indicators', 'train', 'admin']);
