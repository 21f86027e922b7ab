-- What few people typed into the search may be about one of them: only who may see persons is told of it.
alter table search_words add column visitors integer default 0 not null;
comment on column search_words.visitors is 'Different ones who searched for it. 0: not counted, so that it is told as if few had.';

alter table trends add column visitors integer;
comment on column trends.visitors is 'Of search words: different ones who searched for it in the days looked at. null: no search word, or not counted.';
