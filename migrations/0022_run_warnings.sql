-- What is to be read with care about a run, in sentences for people; told as soon as it is seen.
alter table training_runs add column warnings text[] not null default '{}';
