-- Unknown codes that were tried, by who tried them: an API key, or a customer as a hash. It is worth a minute, so not worth a log
-- of its own; `since` is when the minute began.
create unlogged table code_guesses (
  guesser bytea primary key,
  since timestamptz not null,
  guesses int not null
);
create index on code_guesses (since);
