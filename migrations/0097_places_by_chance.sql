-- How often each place of a list is looked at is told by what chance put there.
alter table served_lists add column by_chance smallint[];
comment on column served_lists.by_chance is 'Places, from 1, whose item stands there by chance: those given to new items, or the two that were drawn to change, changed or not, first that of the item which ranked higher. null: none.';
create index served_lists_by_chance_idx on served_lists (served_at) where by_chance is not null;
