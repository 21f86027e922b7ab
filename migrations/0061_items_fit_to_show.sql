-- What a shop needs to show a list: where an item is, how it looks, its variants, its texts by language, its offers by market.
alter table items
  add column url text,
  add column image_url text,
  add column description text,
  add column more_categories text[] default '{}' not null,
  add column gtin text,
  add column parent_id text collate "C",
  add column options jsonb default '{}' not null,
  add column texts jsonb default '{}' not null,
  add column descriptions jsonb default '{}' not null,
  add column markets jsonb;
comment on column items.category is 'The main category path.';
comment on column items.more_categories is 'Its category paths beside the main one.';
comment on column items.parent_id is 'The shop''s id of what it is a variant of, be that an item or not.';
comment on column items.options is 'What tells a variant from its likes: {"size": "M"}.';
comment on column items.texts is 'Title and url by language tag: {"de": {"title": "…"}}.';
comment on column items.descriptions is 'Descriptions by language tag, apart from what lists need: {"de": "…"}.';
comment on column items.markets is 'Price, list price, stock and url by market or store: {"at": {"price": "7.49"}}. null: nothing was told, so that it is sold in all; a market that is not there is one that it is not sold in.';
