-- When in the week a campaign holds; those of before hold at any hour.
alter table campaign_terms add column hours jsonb not null default '[]';
comment on column campaign_terms.hours is
  'Weekdays with a beginning and an end by the clocks of the campaign''s zone, the end before the beginning where it is over midnight; empty: at any hour.';
