-- Which stretches of time have lost their events to retention: what was counted of their days is kept.
create table dropped_event_periods (
  partition_name text collate "C" not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  dropped_at timestamptz not null default clock_timestamp(),
  constraint dropped_event_periods_pkey primary key (partition_name),
  constraint dropped_event_periods_order_check check (starts_at < ends_at)
);
comment on table dropped_event_periods is 'Stretches of time of which the events were dropped because their retention had passed. Days within them keep what was counted of them.';
comment on column dropped_event_periods.partition_name is 'Of the partition; `earlier`: of partitions dropped before this was written down.';

-- Events that were counted on days before the earliest partition have been dropped.
insert into dropped_event_periods (partition_name, starts_at, ends_at)
select 'earlier', min(cell.period), kept.since
from (select min(make_timestamptz(substr(child.relname, 8, 4)::int, coalesce(nullif(substr(child.relname, 13, 2), ''), '1')::int,
                                  1, 0, 0, 0, 'UTC')) as since
      from pg_inherits join pg_class as child on child.oid = inhrelid
      where inhparent = 'events'::regclass and child.relname ~ '^events_\d{4}(_\d\d)?$') as kept
  join indicator_cells as cell on cell.measure = 'traffic.visitors' and cell.dimension = 'all' and cell.grain = 'day'
    and cell.period < kept.since
group by kept.since;
