-- Counters of wrong tries are by user and address together now, and know their last try. Those so far go by themselves within a day.
drop index sign_in_guesses_since_idx;
alter table sign_in_guesses rename column since to last_at;
create index sign_in_guesses_last_at_idx on sign_in_guesses (last_at);
comment on table sign_in_guesses is 'How often it was tried in vain to sign in: as a user from a network or by a device, as a user, and from a network; all instances count together.';
comment on column sign_in_guesses.guesser is 'A hash: addresses and names are not kept.';
comment on column sign_in_guesses.last_at is 'The last try. A while after it the counter begins anew.';

create table known_devices (
  token_hash bytea not null,
  user_key integer not null,
  seen_at timestamptz not null,
  constraint known_devices_pkey primary key (token_hash, user_key),
  constraint known_devices_user_key_fkey foreign key (user_key) references users (user_key) on delete cascade
);
comment on table known_devices is 'Browsers in which a user has signed in before: wrong tries of others do not hinder them there. Only the hash of the cookie is stored.';
create index known_devices_user_key_idx on known_devices (user_key, seen_at);
create index known_devices_seen_at_idx on known_devices (seen_at);

create table recovery_codes (
  code_hash bytea not null,
  user_key integer not null,
  used_at timestamptz,
  constraint recovery_codes_pkey primary key (code_hash),
  constraint recovery_codes_user_key_fkey foreign key (user_key) references users (user_key) on delete cascade
);
comment on table recovery_codes is 'What a user has on paper for when their one-time codes are lost: each is good once. Only hashes are stored; a code has 80 random bits.';
create index recovery_codes_user_key_idx on recovery_codes (user_key);

alter table users
  add column totp_begun_at timestamptz,
  add column totp_changed_at timestamptz,
  add column recovery_codes_made_at timestamptz;
comment on column users.totp_begun_at is 'When totp_pending was made. null: there is none.';
comment on column users.totp_changed_at is 'When totp_secret was set, replaced or removed.';
comment on column users.recovery_codes_made_at is 'null: there are none.';

-- A secret that takes the place of another is a change, although there is one before and after.
do $$
declare
  kept constant text := 'role password_changed_at totp_secret? totp_begun_at totp_changed_at recovery_codes_made_at';
begin
  drop trigger audit_insert on users;
  drop trigger audit_update on users;
  drop trigger audit_delete on users;
  execute format('create constraint trigger audit_insert after insert on users deferrable initially deferred for each row execute function note_change(%L, %L, %L)', 'user', kept, 'user_name');
  execute format('create constraint trigger audit_delete after delete on users deferrable initially deferred for each row execute function note_change(%L, %L, %L)', 'user', kept, 'user_name');
  execute format('create constraint trigger audit_update after update on users deferrable initially deferred for each row
    when (old.role is distinct from new.role or old.password_changed_at is distinct from new.password_changed_at
      or (old.totp_secret is null) is distinct from (new.totp_secret is null) or old.totp_begun_at is distinct from new.totp_begun_at
      or old.totp_changed_at is distinct from new.totp_changed_at or old.recovery_codes_made_at is distinct from new.recovery_codes_made_at)
    execute function note_change(%L, %L, %L)', 'user', kept, 'user_name');
end $$;

create function note_recovery_code() returns trigger language plpgsql as $$
begin
  perform write_audit_entry('recovery-code', (select owner.user_name from users as owner where owner.user_key = new.user_key),
    jsonb_build_object('used_at', old.used_at), jsonb_build_object('used_at', new.used_at));
  return null;
end $$;
comment on function note_recovery_code() is 'An audit entry of a recovery code that was used, by the name of its user.';
create constraint trigger audit_update after update on recovery_codes deferrable initially deferred for each row
  when (old.used_at is distinct from new.used_at) execute function note_recovery_code();

-- What was spent, and what the market sold, are told anew at times: what was told before is in the audit then. The first word is a fact
-- like others, and no entry.
create function note_figure() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'costs' then
    perform write_audit_entry('cost', concat_ws(' ', new.day::text, nullif(new.channel, ''), nullif(new.campaign, '')),
      audited(to_jsonb(old), 'channel campaign amount_minor impressions clicks'),
      audited(to_jsonb(new), 'channel campaign amount_minor impressions clicks'));
  elsif tg_table_name = 'market_figures' then
    perform write_audit_entry('market-figure',
      concat_ws(' ', to_char(new.month, 'YYYY-MM'), new.measure, new.whose, nullif(new.category, '')),
      audited(to_jsonb(old), 'category measure whose value source'), audited(to_jsonb(new), 'category measure whose value source'));
  else
    perform write_audit_entry('item-cost', new.item_id, audited(to_jsonb(old), 'cost'), audited(to_jsonb(new), 'cost'));
  end if;
  return null;
end $$;
comment on function note_figure() is 'An audit entry of a cost or a market figure that was told otherwise before.';
create constraint trigger audit_update after update on costs deferrable initially deferred for each row
  when ((old.amount_minor, old.impressions, old.clicks) is distinct from (new.amount_minor, new.impressions, new.clicks))
  execute function note_figure();
create constraint trigger audit_update after update on market_figures deferrable initially deferred for each row
  when ((old.value, old.source) is distinct from (new.value, new.source)) execute function note_figure();
create constraint trigger audit_update after update on items deferrable initially deferred for each row
  when (old.cost is not null and old.cost is distinct from new.cost) execute function note_figure();

-- Whoever was erased before and has come again is erased again: that it happened is an entry as the first time.
create constraint trigger audit_update after update on erased_people deferrable initially deferred for each row
  when (old.erased_at is distinct from new.erased_at) execute function note_change('erasure', 'profiling_allowed', '');

create or replace function note_refresh() returns trigger language plpgsql as $$
begin
  -- Those of every night are the service's own work; one that found nobody new and nobody gone changed nothing.
  if coalesce(current_setting('pannier.actor', true), '') = '' then return null; end if;
  perform write_audit_entry('segment-refresh', segment.segment_id,
    (select jsonb_build_object('refresh_id', earlier.refresh_id, 'members', earlier.members) from segment_refreshes as earlier
     where earlier.segment_key = refresh.segment_key and earlier.refresh_id < refresh.refresh_id order by earlier.refresh_id desc limit 1),
    jsonb_build_object(
    'refresh_id', refresh.refresh_id, 'members', refresh.members, 'arrived', refresh.arrived, 'departed', refresh.departed))
  from segment_refreshes as refresh join defined_segments as segment using (segment_key) where refresh.refresh_id = new.refresh_id
    and refresh.arrived + refresh.departed > 0;
  return null;
end $$;
