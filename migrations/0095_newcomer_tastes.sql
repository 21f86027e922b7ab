-- What newcomers of a kind buy beside what everybody buys. It is of the version of popularity, and goes with it.
create table newcomer_tastes (
  version integer not null,
  trait text collate "C" not null,
  value text collate "C" not null,
  rest real not null,
  item_keys integer[] not null,
  lifts real[] not null,
  constraint newcomer_tastes_pkey primary key (trait, value, version),
  constraint newcomer_tastes_lifts_check check (cardinality(lifts) = cardinality(item_keys))
) partition by list (version);
comment on table newcomer_tastes is 'Served: by what popular goods are weighed for newcomers of whom this is known. A partition a version.';
comment on column newcomer_tastes.trait is 'What is known, such as device, campaign, country.';
comment on column newcomer_tastes.rest is 'Of items that are not named: what their popularity is multiplied by.';
comment on column newcomer_tastes.item_keys is 'Items that enough of these newcomers bought.';
comment on column newcomer_tastes.lifts is 'Beside the items: what their popularity is multiplied by.';
