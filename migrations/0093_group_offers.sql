-- A campaign may be a group offer: it opens once so many have joined it by a moment, and gives to those who have.
alter table campaign_terms add column group_offer jsonb;
comment on column campaign_terms.group_offer is 'How many must join, and until when one may. null: it is no group offer, which never changes.';

alter table campaigns
  add column joined integer default 0 not null,
  add column opened_at timestamptz,
  add constraint campaigns_joined_check check (joined >= 0);
comment on column campaigns.joined is 'Of a group offer: how many have joined it, also those who were erased since.';
comment on column campaigns.opened_at is 'Since when as many have joined as it needs. null: they have not, or it is no group offer.';

create table campaign_joiners (
  joiner_key bigint generated always as identity,
  campaign_key integer not null,
  customer_key integer,
  joined_at timestamptz not null,
  constraint campaign_joiners_pkey primary key (joiner_key),
  constraint campaign_joiners_campaign_key_fkey foreign key (campaign_key) references campaigns,
  constraint joined_once unique (campaign_key, customer_key)
);
comment on table campaign_joiners is 'Who has joined a group offer, each once.';
comment on column campaign_joiners.customer_key is 'null: the person was erased, and counts all the same.';
create index campaign_joiners_campaign_key_joiner_key_idx on campaign_joiners (campaign_key, joiner_key);
create index campaign_joiners_customer_key_idx on campaign_joiners (customer_key) where customer_key is not null;
