-- API keys: only the hash of a key is stored.
create table api_keys (
  key_id bigint generated always as identity primary key,
  name text not null,
  key_hash bytea not null unique,
  scopes text[] not null check (scopes <@ array['events', 'ingest', 'recommend', 'segments', 'coupons', 'train', 'admin']),
  created_at timestamptz not null default clock_timestamp(),
  revoked_at timestamptz
);
