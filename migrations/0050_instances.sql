create table instances (
  instance_id uuid not null,
  version text not null,
  release_id integer,
  started_at timestamptz not null,
  last_seen_at timestamptz not null,
  constraint instances_pkey primary key (instance_id)
);
comment on table instances is 'The processes that serve: each says every ten seconds that it is there, and whoever has not for a minute is gone.';
comment on column instances.version is 'Of the package.';
comment on column instances.release_id is 'What lists are made of there; null: no release yet.';
comment on column instances.last_seen_at is 'By the database''s clock, as are all times here.';
