-- What rises and falls, and what is searched for in vain: made anew every night.
create table trends (
  of text collate "C" not null,
  direction text not null,
  place int not null,
  member text collate "C" not null,
  index double precision not null,
  low double precision not null,
  high double precision not null,
  recent_count int not null,
  past_count int not null,
  false_discovery_rate double precision not null,
  constraint trends_pkey primary key (of, direction, place),
  constraint trends_of_member_key unique (of, member),
  constraint trends_of_check check (of in ('category', 'brand', 'item', 'search')),
  constraint trends_direction_check check (direction in ('rising', 'falling', 'steady'))
);
comment on table trends is 'How often each category, brand, item and search word is asked for lately, over its own past; of those with enough counts to be judged.';
comment on column trends.place is 'From 1: of those that rise or fall the clearest first, of the others the largest index.';
comment on column trends.index is '1: as ever; low and high hold it with 95 %.';
comment on column trends.recent_count is 'Counts of the recent days, not weighed.';

create table trend_progress (
  of text collate "C" not null,
  made_at timestamptz not null,
  last_day date not null,
  days int not null,
  refusal text,
  constraint trend_progress_pkey primary key (of),
  constraint trend_progress_of_check check (of in ('category', 'brand', 'item', 'search'))
);
comment on table trend_progress is 'When trends were measured, and from which days.';
comment on column trend_progress.refusal is 'Why nothing was measured. null: it was.';

create table search_words (
  word text collate "C" not null,
  place int not null,
  searches int not null,
  without_results int not null,
  without_click int not null,
  constraint search_words_pkey primary key (word),
  constraint search_words_place_key unique (place)
);
comment on table search_words is 'What was searched for in the last 28 days, as one word or several, in lower case.';
comment on column search_words.place is 'From 1, the most searches first.';
comment on column search_words.without_results is 'Searches that showed nothing.';
comment on column search_words.without_click is 'Searches that showed something, or did not say, and after which nobody looked at an item within half an hour.';
