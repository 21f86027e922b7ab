-- A control group may be kept from the coupons of other campaigns too: of those of the same channel, or of all.
alter table campaign_terms
  add column isolation text collate "C" default 'campaign' not null,
  add column channel text collate "C",
  add constraint campaign_terms_isolation_check check (isolation in ('campaign', 'channel', 'all')),
  add constraint campaign_terms_channel_of_isolation check (isolation <> 'channel' or channel is not null);
comment on column campaign_terms.isolation is 'From whose coupons its control group is kept besides its own.';
comment on column campaign_terms.channel is 'By which its coupons reach customers; null: none is named.';
