-- Who was counted on a day goes with the events of the day.
alter table dropped_event_periods add column forgotten_at timestamptz;
comment on column dropped_event_periods.forgotten_at is 'When the keys of who was counted from these events were taken out of the roll-ups; weeks and months around keep what was counted. null: not yet.';
