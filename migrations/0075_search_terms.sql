-- What people search for, and what the same people search for as well. It is of the version of the association rules, and goes with it.
create table search_terms (
  version integer not null,
  term text collate "C" not null,
  people integer not null,
  is_found boolean not null,
  related jsonb not null,
  constraint search_terms_pkey primary key (term, version)
) partition by list (version);
comment on table search_terms is 'Served: search terms that enough different people typed.';
comment on column search_terms.people is 'Different customers who searched for it.';
comment on column search_terms.is_found is 'It mostly finds something, or nobody said.';
comment on column search_terms.related is 'An array of {term, share}: what they searched for in the same session more often than by chance, most of them first, and the share of them who did.';
