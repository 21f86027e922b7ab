-- Keys that come to a long list of them are kept beside it: to write the list anew costs a thousand times as much as one key.
alter table indicator_cells add column late_subjects bigint[];
comment on column indicator_cells.subjects is 'Of distinct measures by day and hour: the keys that were counted, in ascending order, so that a key that comes again counts once, also in weeks and months. null: of all others.';
comment on column indicator_cells.late_subjects is 'Keys that came later to many `subjects`, and are not among them: few enough to be written each time, until they are put among the others. null: none.';
alter table indicator_cells drop constraint indicator_cells_subjects_counted;
alter table indicator_cells add constraint indicator_cells_subjects_counted
  check (cardinality(subjects) + coalesce(cardinality(late_subjects), 0) = amount) not valid;
alter table indicator_cells validate constraint indicator_cells_subjects_counted;
