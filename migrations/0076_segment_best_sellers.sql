-- What sells best to the customers of a segment. It is of the version of the segmentation, and goes with it.
create table segment_best_sellers (
  version integer not null,
  segment_id text collate "C" not null,
  item_keys integer[] not null,
  scores real[] not null,
  constraint segment_best_sellers_pkey primary key (segment_id, version),
  constraint segment_best_sellers_scores_check check (cardinality(scores) = cardinality(item_keys))
) partition by list (version);
comment on table segment_best_sellers is 'Served: best sellers of each segment of which enough customers bought the same.';
comment on column segment_best_sellers.item_keys is 'Items, best first.';
comment on column segment_best_sellers.scores is 'Beside the items: a share of the first.';

alter table placements add column segment_id text;
comment on column placements.segment_id is 'Whose best sellers the placement shows, where it shows best sellers; null: everybody''s.';

drop trigger audit_insert on placements;
drop trigger audit_update on placements;
drop trigger audit_delete on placements;
create constraint trigger audit_insert after insert on placements deferrable initially deferred for each row
  execute function note_change('placement', 'title method item_limit filter pinned_item_ids segment_id revision', 'name');
create constraint trigger audit_update after update on placements deferrable initially deferred for each row
  when (old.revision is distinct from new.revision)
  execute function note_change('placement', 'title method item_limit filter pinned_item_ids segment_id revision', 'name');
create constraint trigger audit_delete after delete on placements deferrable initially deferred for each row
  execute function note_change('placement', 'title method item_limit filter pinned_item_ids segment_id revision', 'name');
