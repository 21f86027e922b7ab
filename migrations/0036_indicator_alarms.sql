-- Rules that say when an indicator raises an alarm, and the alarms raised.
create table indicator_alarms (
  alarm_id text collate "C" not null,
  indicator_id text collate "C" not null,
  dimension text collate "C",
  member text collate "C",
  grain text not null,
  condition text not null,
  threshold double precision,
  false_alarm_rate real,
  next_period date not null,
  changed_at timestamptz not null default clock_timestamp(),
  constraint indicator_alarms_pkey primary key (alarm_id),
  constraint indicator_alarms_grain_check check (grain in ('day', 'week', 'month')),
  constraint indicator_alarms_member_check check ((dimension is null) = (member is null)),
  constraint indicator_alarms_condition_check check (case
    when condition in ('above', 'below') then threshold is not null and false_alarm_rate is null
    when condition in ('rises', 'falls') then threshold is null and false_alarm_rate is not null
    else false end)
);
comment on table indicator_alarms is 'When an indicator raises an alarm: beyond a threshold, or by a rise or fall beyond noise.';
comment on column indicator_alarms.threshold is 'In the indicator''s unit; money in whole units of the currency.';
comment on column indicator_alarms.false_alarm_rate is 'Share of periods in which chance alone may raise one.';
comment on column indicator_alarms.next_period is 'First day of the period that is looked at next, when it is over and counted.';
create index indicator_alarms_next_period_idx on indicator_alarms (next_period);

create table alarms (
  alarm_key bigint generated always as identity,
  alarm_id text collate "C" not null,
  indicator_id text collate "C" not null,
  dimension text collate "C",
  member text collate "C",
  grain text not null,
  condition text not null,
  period date not null,
  value double precision not null,
  expected double precision,
  chance double precision,
  threshold double precision,
  raised_at timestamptz not null default clock_timestamp(),
  constraint alarms_pkey primary key (alarm_key)
);
comment on table alarms is 'Alarms that were raised, with what was so then; they stay when their rule changes or goes.';
comment on column alarms.value is 'As it was then; money in minor units.';
comment on column alarms.chance is 'Of rises and falls: how often chance alone goes as far.';
create index alarms_alarm_id_idx on alarms (alarm_id, alarm_key);
