create table placements (
  name text collate "C" not null,
  title text,
  method text not null,
  item_limit integer not null,
  filter jsonb,
  revision integer default 1 not null,
  changed_at timestamptz default clock_timestamp() not null,
  constraint placements_pkey primary key (name),
  constraint placements_item_limit_check check (item_limit between 1 and 100),
  constraint placements_revision_check check (revision > 0)
);
comment on table placements is 'What the named spots of pages show, as the shop has set them. What is not here is as the service has it ready-made.';
comment on column placements.filter is 'As a request for a list has it. null: everything.';
comment on column placements.revision is 'From 1, one more with each change; a placement that is removed and set again begins anew.';

create constraint trigger audit_insert after insert on placements deferrable initially deferred for each row
  execute function note_change('placement', 'title method item_limit filter revision', 'name');
create constraint trigger audit_update after update on placements deferrable initially deferred for each row
  when (old.revision is distinct from new.revision)
  execute function note_change('placement', 'title method item_limit filter revision', 'name');
create constraint trigger audit_delete after delete on placements deferrable initially deferred for each row
  execute function note_change('placement', 'title method item_limit filter revision', 'name');
