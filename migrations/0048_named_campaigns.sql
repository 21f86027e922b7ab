-- Campaigns come from the tags of page views, which anybody can write: those that are told apart are of a limited number.
create table named_campaigns (
  campaign text collate "C" not null,
  is_told boolean not null default false,
  constraint named_campaigns_pkey primary key (campaign)
);
comment on table named_campaigns is
  'Campaigns of which figures are told apart: those that costs name, and of the others the first that were seen. Grows only, and before anything is counted by a name.';
comment on column named_campaigns.is_told is 'Costs named it before it was seen; these are not limited.';
insert into named_campaigns (campaign, is_told) select distinct campaign, true from costs where campaign <> '';
