-- What fills a bought-together box where rules are too few. It is of the version of the association rules, and goes with it.
create table item_complements (
  version integer not null,
  item_key integer not null,
  co_bought integer[] not null,
  joint_counts integer[] not null,
  confidences real[] not null,
  lifts real[] not null,
  substitutes integer[] not null,
  constraint item_complements_pkey primary key (item_key, version)
) partition by list (version);
comment on table item_complements is 'Served: what is bought with an item beyond its rules, and what stands in for it.';
comment on column item_complements.co_bought is 'Items bought with it in one order more often than by chance, the most often first.';
comment on column item_complements.joint_counts is 'Orders that hold both, beside co_bought.';
comment on column item_complements.confidences is 'Of the orders with the item the share that holds the other too, beside co_bought.';
comment on column item_complements.substitutes is 'Items looked at in one session with it more often than by chance, and not bought together.';

create table category_complements (
  version integer not null,
  category text collate "C" not null,
  complements jsonb not null,
  constraint category_complements_pkey primary key (category, version)
) partition by list (version);
comment on table category_complements is 'Served: which categories, by their paths, are bought together more often than by chance.';
comment on column category_complements.complements is 'An array of {category, lift}, those in most of its orders first.';
