-- What a customer did last lies in one row, so that a list need not look into every partition of events for it.
create table newest_behaviours (
  customer_key integer not null,
  since timestamptz not null,
  behaviours bytea not null,
  oldest_event_at timestamptz,
  constraint newest_behaviours_pkey primary key (customer_key),
  constraint newest_behaviours_behaviours_check check (length(behaviours) % 13 = 0)
);
alter table newest_behaviours alter column behaviours set storage external;
comment on table newest_behaviours is 'The newest behaviours of customers before a moment; what came after it is read from the facts. Derived: a row whose facts before it change is deleted with the change, and housekeeping writes it anew.';
comment on column newest_behaviours.since is 'Facts from here on are not in it.';
comment on column newest_behaviours.behaviours is 'The newest first; of each its type (a byte), item key (int4) and time (int8, milliseconds), the highest byte first.';
comment on column newest_behaviours.oldest_event_at is 'No event in it is older. null: there is none.';

create table newest_behaviours_bound (
  singleton boolean default true not null,
  until timestamptz not null,
  constraint newest_behaviours_bound_pkey primary key (singleton),
  constraint newest_behaviours_bound_singleton_check check (singleton)
);
comment on table newest_behaviours_bound is 'No row of newest_behaviours has a later moment: facts from here on change none.';
