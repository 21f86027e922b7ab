-- What has outlived its retention is found by its age.
create index on event_keys (occurred_at);
create index on quarantine (received_at);
create index on idempotent_answers (created_at);
