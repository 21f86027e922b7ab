-- Topics of complaints come with events, which anybody can send from a page: those that are told apart are of a limited number.
create table named_topics (
  topic text collate "C" not null,
  constraint named_topics_pkey primary key (topic)
);
comment on table named_topics is
  'Topics of complaints of which figures are told apart: the first that were seen. Grows only, and before anything is counted by a topic.';
