-- Every table has a primary key, and what rows are deleted or forgotten by has an index.

-- Served tables: the person or item first, so that an erasure finds its rows in every version. A version's own index of its
-- customers or names is what the key is now.
do $$
declare
  superfluous regclass;
begin
  for superfluous in
    select pg_index.indexrelid::regclass
    from pg_inherits
    join pg_index on pg_index.indrelid = pg_inherits.inhrelid
    where pg_inherits.inhparent = any(array['customer_lists', 'customer_segments', 'customer_values', 'customer_tags', 'tag_names']::regclass[])
      and array(
        select pg_attribute.attname::text from unnest(pg_index.indkey::int2[]) with ordinality as of_key (attnum, place)
        join pg_attribute on pg_attribute.attrelid = pg_index.indrelid and pg_attribute.attnum = of_key.attnum
        order by of_key.place) in (array['customer_key'], array['kind', 'name_key'])
  loop
    execute format('drop index %s', superfluous);
  end loop;
end $$;
alter table popularity_scores add primary key (item_key, version);
alter table association_rules add primary key (rule_number, version);
alter table item_neighbours add primary key (item_key, version);
alter table customer_lists add primary key (customer_key, version);
alter table customer_segments add primary key (customer_key, version);
alter table customer_values add primary key (customer_key, version);
alter table customer_tags add primary key (customer_key, version);
alter table tag_names add primary key (kind, name_key, version);

alter table events add primary key (event_key, occurred_at);

-- A batch of the log whose commit was not answered was written again.
delete from served_lists as again using served_lists as first
where again.list_id = first.list_id and again.ctid > first.ctid;
alter table served_lists add primary key (list_id);

-- Whose a row was can be forgotten, so it cannot be the key.
alter table past_recipients add column recipient_key bigint generated always as identity primary key;
alter table past_redemptions add column redemption_key bigint generated always as identity primary key;
alter table holdout_considerations add column consideration_id bigint generated always as identity primary key;

-- Erasure.
create index campaign_assignments_customer_key_idx on campaign_assignments (customer_key) where customer_key is not null;
-- Runs and releases that are kept for a time only.
create index model_versions_training_run_id_idx on model_versions (training_run_id);
create index releases_training_run_id_idx on releases (training_run_id);
create index campaign_responses_training_run_id_idx on campaign_responses (training_run_id);
create index published_release_release_id_idx on published_release (release_id);
