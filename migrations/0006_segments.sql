-- Klaviyo's six groups beside the four, and who entered and left what when.

-- Versions learnt before have none: null.
alter table customer_segments
  add column klaviyo_code smallint,
  add column klaviyo_group text,
  add column klaviyo_since timestamptz;

-- Written when a release is published: what it changed against the one before.
create table segment_changes (
  change_id bigint generated always as identity primary key,
  segment_id text not null,
  customer_key int not null,
  change text not null check (change in ('entered', 'left')),
  changed_at timestamptz not null,
  version int not null
);
create index on segment_changes (segment_id, change_id);
create index on segment_changes (customer_key);
create index on segment_changes (changed_at);
