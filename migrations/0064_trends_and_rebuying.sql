-- What sells more than it did, and after how long people buy an item again: of the version of popularity.
alter table popularity_scores add column trend real, add column rebuy_from_days real, add column rebuy_days real;
comment on column popularity_scores.trend is 'By how many standard deviations the last week sold more than the four before let expect. null: it is no trend.';
comment on column popularity_scores.rebuy_from_days is 'A quarter of those who buy it again do so earlier. null: it usually is not bought again.';
comment on column popularity_scores.rebuy_days is 'The middle interval after which it is bought again. null: it usually is not.';
