create table users (
  user_key integer generated always as identity,
  user_name text collate "C" not null,
  role text not null,
  password_hash text,
  totp_secret bytea,
  totp_pending bytea,
  totp_step bigint,
  created_at timestamptz default clock_timestamp() not null,
  constraint users_pkey primary key (user_key),
  constraint users_user_name_key unique (user_name),
  constraint users_role_check check (role in ('viewer', 'marketer', 'merchandiser', 'data-scientist', 'operator'))
);
comment on table users is 'The people of the shop who sign in.';
comment on column users.password_hash is 'scrypt, with its cost and salt. null: nobody can sign in with a password, only with a ticket.';
comment on column users.totp_secret is 'Of one-time codes (RFC 6238). null: the password is enough.';
comment on column users.totp_pending is 'A secret that no code has confirmed yet.';
comment on column users.totp_step is 'The last step of 30 s whose code was used: each is good once.';

create table tickets (
  ticket_hash bytea not null,
  user_key integer not null,
  kind text not null,
  created_at timestamptz default clock_timestamp() not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  constraint tickets_pkey primary key (ticket_hash),
  constraint tickets_user_key_fkey foreign key (user_key) references users (user_key) on delete cascade,
  constraint tickets_kind_check check (kind in ('sign-in', 'invitation'))
);
comment on table tickets is 'What signs a user in once: by itself, or as an invitation, with a password that is set by it.';
create index tickets_user_key_idx on tickets (user_key);
create index tickets_expires_at_idx on tickets (expires_at);

create table sessions (
  session_id bigint generated always as identity,
  token_hash bytea not null,
  user_key integer,
  key_id bigint,
  signed_in_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  constraint sessions_pkey primary key (session_id),
  constraint sessions_token_hash_key unique (token_hash),
  constraint sessions_user_key_fkey foreign key (user_key) references users (user_key) on delete cascade,
  constraint sessions_key_id_fkey foreign key (key_id) references api_keys (key_id),
  constraint sessions_owner_check check ((user_key is null) <> (key_id is null))
);
comment on table sessions is 'Who is signed in by a browser, as a user or with a key: only the hash of the cookie is stored.';
comment on column sessions.seen_at is 'The last request, to about a minute.';
comment on column sessions.ended_at is 'Signed out, or revoked.';
create index sessions_user_key_idx on sessions (user_key);
create index sessions_key_id_idx on sessions (key_id);
create index sessions_expires_at_idx on sessions (expires_at);

create table sign_in_guesses (
  guesser bytea not null,
  since timestamptz not null,
  guesses integer not null,
  constraint sign_in_guesses_pkey primary key (guesser)
);
comment on table sign_in_guesses is 'How often it was tried to sign in, in the quarter of an hour that is running, by user and by address; all instances count together.';
comment on column sign_in_guesses.guesser is 'A hash: addresses are not kept.';
create index sign_in_guesses_since_idx on sign_in_guesses (since);

alter table api_keys drop constraint api_keys_scopes_check;
alter table api_keys add constraint api_keys_scopes_check check (scopes <@ array['events', 'ingest', 'recommend', 'segments', 'coupons', 'indicators', 'train', 'view', 'customers', 'merchandise', 'admin']);
