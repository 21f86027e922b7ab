-- Catalogues that are pulled from an address every hour.
create table feeds (
  name text collate "C" not null,
  url text not null,
  shown_url text not null,
  missing text collate "C" not null,
  set_at timestamptz not null,
  asked_at timestamptz,
  accept_fewer boolean default false not null,
  due_at timestamptz not null,
  etag text,
  last_modified text,
  hash bytea,
  outcome text collate "C",
  pulled_at timestamptz,
  succeeded_at timestamptz,
  problem text,
  import_id bigint,
  items integer,
  facts integer,
  quarantined integer,
  merged integer,
  hidden integer default 0 not null,
  shown integer default 0 not null,
  constraint feeds_pkey primary key (name),
  constraint feeds_missing_check check (missing in ('keep', 'hide')),
  constraint feeds_outcome_check check (outcome in ('pulling', 'taken-in', 'unchanged', 'fewer', 'failed'))
);
comment on table feeds is 'Catalogues that are pulled from an address every hour, and what became of the last pull.';
comment on column feeds.url is 'Whole: it may hold a password or a token, and is never told.';
comment on column feeds.shown_url is 'Without them, as it is told.';
comment on column feeds.missing is 'What becomes of items that vanish.';
comment on column feeds.asked_at is 'When somebody last asked for a pull besides those of every hour.';
comment on column feeds.accept_fewer is 'Somebody has said so: though more than half of its items have vanished.';
comment on column feeds.hash is 'SHA-256 of the file that was taken in last, as it came; null: it is read whatever the server says.';
comment on column feeds.import_id is 'That the last pull was taken in by, or refused.';
create constraint trigger audit_insert after insert on feeds deferrable initially deferred for each row
  execute function note_change('feed', 'shown_url missing set_at', 'name');
create constraint trigger audit_update after update on feeds deferrable initially deferred for each row
  when (old.set_at is distinct from new.set_at or old.asked_at is distinct from new.asked_at)
  execute function note_change('feed', 'shown_url missing set_at asked_at accept_fewer', 'name');
create constraint trigger audit_delete after delete on feeds deferrable initially deferred for each row
  execute function note_change('feed', 'shown_url missing set_at', 'name');

create table feed_items (
  feed text collate "C" not null,
  item_id text collate "C" not null,
  gone_at timestamptz,
  is_hidden boolean default false not null,
  constraint feed_items_pkey primary key (feed, item_id),
  constraint feed_items_feed_fkey foreign key (feed) references feeds on delete cascade
);
comment on table feed_items is 'Items that feeds hold, or held when they were pulled last.';
comment on column feed_items.gone_at is 'Since when the feed holds it no more; null: it does.';
comment on column feed_items.is_hidden is 'It was hidden because it vanished, so that it is shown again when it comes back.';
create index feed_items_item_id_idx on feed_items (item_id);
create index feed_items_hidden_idx on feed_items (item_id) where is_hidden;
