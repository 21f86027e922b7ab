alter table placements add column pinned_item_ids text[] default '{}' not null;
comment on column placements.pinned_item_ids is 'Items that stand first on the list where they may be on it, in this order.';

drop trigger audit_insert on placements;
drop trigger audit_update on placements;
drop trigger audit_delete on placements;
create constraint trigger audit_insert after insert on placements deferrable initially deferred for each row
  execute function note_change('placement', 'title method item_limit filter pinned_item_ids revision', 'name');
create constraint trigger audit_update after update on placements deferrable initially deferred for each row
  when (old.revision is distinct from new.revision)
  execute function note_change('placement', 'title method item_limit filter pinned_item_ids revision', 'name');
create constraint trigger audit_delete after delete on placements deferrable initially deferred for each row
  execute function note_change('placement', 'title method item_limit filter pinned_item_ids revision', 'name');
