-- Figures by the hour, and those by item and campaign, are kept for a time.
alter table roll_up_progress add column hours_kept_from date;
alter table roll_up_progress add column members_kept_from date;
comment on column roll_up_progress.hours_kept_from is 'Since which local day cells by the hour are kept: those before have gone with their retention, and are not counted again. null: none have.';
comment on column roll_up_progress.members_kept_from is 'The same of cells by item and by campaign.';
