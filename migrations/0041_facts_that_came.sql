-- Touched days say which facts came in, so that only what hangs on them is counted anew, and not the whole day.
alter table touched_days add column facts text collate "C";
alter table touched_days add column keys bigint[];
alter table touched_days add constraint touched_days_facts_check check (facts in ('event', 'order', 'refund'));
alter table touched_days add constraint touched_days_keys_of_facts check ((facts is null) = (keys is null));
comment on table touched_days is
  'Local days whose facts have changed, appended with the change: their figures are to be counted anew. Who counts takes the rows out; many of one day are made one by housekeeping.';
comment on column touched_days.facts is 'What has come in, and nothing else has changed; null: something else, so that the whole day is to be counted.';
comment on column touched_days.keys is 'Of the facts that came in.';

alter table roll_ups add column is_whole boolean not null default true;
comment on column roll_ups.is_whole is
  'A due day is to be counted from all its facts; false: what came in (roll_up_facts) is added to what was counted.';

create table roll_up_facts (
  fact_set_key bigint generated always as identity,
  family text collate "C" not null,
  facts text collate "C" not null,
  keys bigint[] not null,
  constraint roll_up_facts_pkey primary key (fact_set_key),
  constraint roll_up_facts_facts_check check (facts in ('event', 'order', 'refund'))
);
comment on table roll_up_facts is
  'Facts that came in and that a family has not counted yet, but for days that are due as a whole. All of a family''s are counted together.';

comment on column indicator_cells.subjects is
  'Of distinct measures by day and hour: the keys that were counted, in ascending order, so that a key that comes again counts once, also in weeks and months. null: of all others.';
