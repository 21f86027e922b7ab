-- An import that was begun by a page is looked at while it works, and says what was wrong where it failed.
alter table imports add column progress jsonb, add column problem jsonb;
comment on column imports.progress is 'How far it is, as of a second ago or less. null: it was not told.';
comment on column imports.problem is 'Why it failed. null: it did not, or its process died.';
