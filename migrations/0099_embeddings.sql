-- What a shop's own model says of an item, as numbers, lies apart from its row, which is read and written far more often. All embeddings
-- of a shop are equally long: the first one's length stands in a row that all others refer to, and may change when there are none.
create table embedding_length (
  is_only boolean default true not null,
  length smallint not null,
  constraint embedding_length_pkey primary key (is_only),
  constraint embedding_length_length_key unique (length),
  constraint embedding_length_is_only_check check (is_only),
  constraint embedding_length_length_check check (length between 1 and 2048)
);
comment on table embedding_length is 'How many numbers each embedding of an item has: one row, or none before the first.';

create table item_embeddings (
  item_key integer not null,
  length smallint not null,
  numbers bytea not null,
  digest bytea generated always as (sha256(numbers)) stored,
  constraint item_embeddings_pkey primary key (item_key),
  constraint item_embeddings_item_key_fkey foreign key (item_key) references items,
  constraint item_embeddings_length_fkey foreign key (length) references embedding_length (length),
  constraint item_embeddings_numbers_check check (octet_length(numbers) = 4 * length)
);
-- Numbers like these do not shrink.
alter table item_embeddings alter column numbers set storage external;
comment on table item_embeddings is 'Embeddings of items, as the shop sent them.';
comment on column item_embeddings.numbers is 'Of single precision, the lowest byte first.';
comment on column item_embeddings.digest is 'Tells whether it is another than one that is held, without reading it.';
