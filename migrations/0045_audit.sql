create table audit_entries (
  entry_id bigint not null,
  at timestamptz not null,
  actor jsonb not null,
  action text not null,
  subject text not null,
  subject_id text collate "C" not null,
  before jsonb,
  after jsonb,
  hash bytea not null,
  constraint audit_entries_pkey primary key (entry_id),
  constraint audit_entries_action_check check (action in ('made', 'changed', 'removed'))
);
comment on table audit_entries is 'Who changed what governs the shop, when, and what it was before and is after: written by triggers, by whatever way the change came, in its transaction. Nothing of customers. Append-only.';
comment on column audit_entries.entry_id is 'From 1 on, without gaps.';
comment on column audit_entries.hash is 'SHA-256 of the hash before and audit_text of this entry.';
create index audit_entries_subject_idx on audit_entries (subject, subject_id, entry_id);
create index audit_entries_actor_idx on audit_entries ((actor ->> 'name'), entry_id);
create index audit_entries_at_idx on audit_entries (at);
create trigger append_only before update or delete on audit_entries for each row execute function refuse_change();
create trigger never_emptied before truncate on audit_entries for each statement execute function refuse_change();

create table audit_head (
  singleton boolean default true not null,
  entry_id bigint not null,
  hash bytea not null,
  constraint audit_head_pkey primary key (singleton),
  constraint audit_head_singleton_check check (singleton)
);
comment on table audit_head is 'The last audit entry; whoever writes the next one locks it, as the last thing before the commit.';
insert into audit_head (entry_id, hash) values (0, decode(repeat('00', 32), 'hex'));

create table write_counts (
  hour timestamptz not null,
  caller_id bigint not null,
  operation text not null,
  requests bigint not null,
  elements bigint not null,
  constraint write_counts_pkey primary key (hour, caller_id, operation)
);
comment on table write_counts is 'Who sent how many facts, and asked for how many decisions, hour by hour: these have books of their own, so that none is an audit entry.';
comment on column write_counts.caller_id is 'A key, or below 0 a user.';

-- What an entry is hashed as: each field with its length before it, so that no two entries have the same text.
create function audit_text(entry_id bigint, at timestamptz, actor jsonb, action text, subject text, subject_id text, before jsonb, after jsonb)
returns text language sql stable as $$
  select string_agg(coalesce(octet_length(field) || ':' || field, '-'), ',' order by place)
  from unnest(array[
    entry_id::text, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), actor::text, action, subject, subject_id,
    before::text, after::text
  ]) with ordinality as fields (field, place)
$$;
comment on function audit_text(bigint, timestamptz, jsonb, text, text, text, jsonb, jsonb) is 'What an audit entry is hashed as.';

create function write_audit_entry(of_subject text, of_id text, was jsonb, becomes jsonb) returns void language plpgsql as $$
declare
  head audit_head;
  entry audit_entries;
begin
  select * into strict head from audit_head for update;
  entry.entry_id := head.entry_id + 1;
  entry.at := clock_timestamp();
  entry.actor := coalesce(nullif(current_setting('pannier.actor', true), ''), '{"kind": "service"}')::jsonb;
  entry.action := case when was is null then 'made' when becomes is null then 'removed' else 'changed' end;
  entry.subject := of_subject;
  entry.subject_id := coalesce(of_id, '');
  entry.before := was;
  entry.after := becomes;
  entry.hash := sha256(head.hash || convert_to(audit_text(
    entry.entry_id, entry.at, entry.actor, entry.action, entry.subject, entry.subject_id, entry.before, entry.after), 'UTF8'));
  insert into audit_entries select entry.*;
  update audit_head set entry_id = entry.entry_id, hash = entry.hash;
end $$;
comment on function write_audit_entry(text, text, jsonb, jsonb) is 'Appends to the audit; to be called as the last thing before a commit.';

-- The columns that are kept of a row; of one that ends in ? only whether there is something.
create function audited(data jsonb, columns text) returns jsonb language sql immutable as $$
  select case when data is not null then coalesce(jsonb_object_agg(rtrim(name, '?'),
    case when name like '%?' then to_jsonb(data -> rtrim(name, '?') <> 'null') else data -> name end order by place), '{}') end
  from regexp_split_to_table(columns, ' ') with ordinality as kept (name, place)
$$;
comment on function audited(jsonb, text) is 'What the audit keeps of a row.';

create function note_change() returns trigger language plpgsql as $$
declare
  was jsonb := case when tg_op <> 'INSERT' then audited(to_jsonb(old), tg_argv[1]) end;
  becomes jsonb := case when tg_op <> 'DELETE' then audited(to_jsonb(new), tg_argv[1]) end;
begin
  perform write_audit_entry(tg_argv[0], coalesce(to_jsonb(new), to_jsonb(old)) ->> tg_argv[2], was, becomes);
  return null;
end $$;
comment on function note_change() is 'An audit entry of a change: subject, kept columns and column of the id are its arguments.';

create function note_campaign() returns trigger language plpgsql as $$
declare
  kept constant text := 'coupon_budget money_budget_minor paused control_share time_zone week_start';
  was jsonb := case when tg_op <> 'INSERT' then audited(to_jsonb(old), kept) end;
  becomes jsonb := case when tg_op <> 'DELETE' then audited(to_jsonb(new), kept) end;
begin
  -- Terms are never changed: a campaign points to others.
  was := was || (select to_jsonb(terms.*) - '{terms_key,campaign_key,content_hash}'::text[] from campaign_terms as terms
    where terms.terms_key = old.terms_key);
  becomes := becomes || (select to_jsonb(terms.*) - '{terms_key,campaign_key,content_hash}'::text[] from campaign_terms as terms
    where terms.terms_key = new.terms_key);
  perform write_audit_entry('campaign', coalesce(new.campaign_id, old.campaign_id), was, becomes);
  return null;
end $$;
comment on function note_campaign() is 'An audit entry of a campaign, with its terms before and after.';

create function note_rule_block() returns trigger language plpgsql as $$
declare
  rule rule_blocks := case when tg_op = 'DELETE' then old else new end;
  items jsonb := jsonb_build_object(
    'antecedent', (select jsonb_agg(item.item_id order by item.item_key) from items as item where item.item_key = any(rule.antecedent)),
    'consequent', (select item.item_id from items as item where item.item_key = rule.consequent));
begin
  perform write_audit_entry('rule-block', array_to_string(rule.antecedent, '.') || '-' || rule.consequent,
    case when tg_op = 'DELETE' then items end, case when tg_op = 'INSERT' then items end);
  return null;
end $$;
comment on function note_rule_block() is 'An audit entry of a blocked rule, by the ids of its items.';

create function note_holdout() returns trigger language plpgsql as $$
begin
  perform write_audit_entry('holdout', new.kind,
    (select audited(to_jsonb(before.*), 'share exploration_share') from holdouts as before
     where before.kind = new.kind and before.holdout_id < new.holdout_id order by before.holdout_id desc limit 1),
    audited(to_jsonb(new), 'share exploration_share'));
  return null;
end $$;
comment on function note_holdout() is 'An audit entry of a holdout, with what held before.';

create function note_of_user() returns trigger language plpgsql as $$
declare
  owner text := (select owner.user_name from users as owner where owner.user_key = new.user_key);
begin
  if tg_table_name = 'tickets' then
    perform write_audit_entry(new.kind, coalesce(owner, ''), null, jsonb_build_object('expires_at', new.expires_at));
  else
    perform write_audit_entry('session', new.session_id::text,
      case when tg_op = 'UPDATE' then jsonb_build_object('ended_at', old.ended_at) end,
      case when tg_op = 'UPDATE' then jsonb_build_object('ended_at', new.ended_at)
           else jsonb_strip_nulls(jsonb_build_object('user_name', owner, 'key_id', new.key_id)) end);
  end if;
  return null;
end $$;
comment on function note_of_user() is 'An audit entry of a ticket or a session, by the name of its user.';

create table audit_deeds (
  deed_id bigint generated always as identity,
  subject text not null,
  subject_id text collate "C" not null,
  details jsonb not null,
  constraint audit_deeds_pkey primary key (deed_id)
);
comment on table audit_deeds is 'What somebody did that is no row of its own: a row here is an audit entry at the commit.';

create function note_deed() returns trigger language plpgsql as $$
begin
  perform write_audit_entry(new.subject, new.subject_id, null, new.details);
  return null;
end $$;
comment on function note_deed() is 'An audit entry of what somebody did.';
create constraint trigger audit_insert after insert on audit_deeds deferrable initially deferred for each row execute function note_deed();

create function note_refresh() returns trigger language plpgsql as $$
begin
  -- Those of every night are the service's own work; one that found nobody new and nobody gone changed nothing.
  if coalesce(current_setting('pannier.actor', true), '') = '' then return null; end if;
  perform write_audit_entry('segment-refresh', segment.segment_id, null, jsonb_build_object(
    'refresh_id', refresh.refresh_id, 'members', refresh.members, 'arrived', refresh.arrived, 'departed', refresh.departed))
  from segment_refreshes as refresh join defined_segments as segment using (segment_key) where refresh.refresh_id = new.refresh_id
    and refresh.arrived + refresh.departed > 0;
  return null;
end $$;
comment on function note_refresh() is 'An audit entry of members that somebody had found anew, or gave.';

alter table users add column password_changed_at timestamptz;
comment on column users.password_changed_at is 'When the password was set. null: there is none, or it is older than this column.';

-- Deferred: entries are written at the commit, so that nobody who holds the head waits for somebody else's rows. What changes counters
-- alone is not queued.
do $$
declare
  governed record;
  compared text;
begin
  for governed in select * from (values
    ('api_keys', 'key', 'name scopes revoked_at', 'key_id', 'insert update'),
    ('users', 'user', 'role password_changed_at totp_secret?', 'user_name', 'insert update delete'),
    ('defined_segments', 'segment', 'name definition', 'segment_id', 'insert update delete'),
    ('indicator_alarms', 'indicator-alarm', 'indicator_id dimension member grain condition threshold false_alarm_rate', 'alarm_id', 'insert update delete'),
    ('releases', 'release', 'versions reason training_run_id', 'release_id', 'insert'),
    ('published_release', 'published-release', 'release_id', '', 'insert update'),
    ('training_runs', 'training-run', 'models as_of seed recipes code_version', 'training_run_id', 'insert'),
    ('imports', 'import', 'kind', 'import_id', 'insert'),
    ('erased_people', 'erasure', 'profiling_allowed', '', 'insert'),
    ('shop', 'shop', 'currency minor_digits time_zone', '', 'update')
  ) as kept (name, subject, columns, id, operations)
  loop
    select string_agg(case when column_name like '%?'
        then format('(old.%1$I is null) is distinct from (new.%1$I is null)', rtrim(column_name, '?'))
        else format('old.%1$I is distinct from new.%1$I', column_name) end, ' or ')
      into compared from regexp_split_to_table(governed.columns, ' ') as column_name;
    if governed.operations like '%insert%' then
      execute format('create constraint trigger audit_insert after insert on %I deferrable initially deferred for each row execute function note_change(%L, %L, %L)',
        governed.name, governed.subject, governed.columns, governed.id);
    end if;
    if governed.operations like '%update%' then
      execute format('create constraint trigger audit_update after update on %I deferrable initially deferred for each row when (%s) execute function note_change(%L, %L, %L)',
        governed.name, compared, governed.subject, governed.columns, governed.id);
    end if;
    if governed.operations like '%delete%' then
      execute format('create constraint trigger audit_delete after delete on %I deferrable initially deferred for each row execute function note_change(%L, %L, %L)',
        governed.name, governed.subject, governed.columns, governed.id);
    end if;
  end loop;
end $$;
create constraint trigger audit_insert after insert or delete on campaigns deferrable initially deferred for each row execute function note_campaign();
create constraint trigger audit_update after update on campaigns deferrable initially deferred for each row
  when (old.terms_key <> new.terms_key or old.paused <> new.paused or old.control_share <> new.control_share)
  execute function note_campaign();
create constraint trigger audit_change after insert or delete on rule_blocks deferrable initially deferred for each row execute function note_rule_block();
create constraint trigger audit_insert after insert on holdouts deferrable initially deferred for each row execute function note_holdout();
create constraint trigger audit_insert after insert on tickets deferrable initially deferred for each row execute function note_of_user();
create constraint trigger audit_insert after insert on sessions deferrable initially deferred for each row execute function note_of_user();
create constraint trigger audit_update after update on sessions deferrable initially deferred for each row
  when (old.ended_at is distinct from new.ended_at) execute function note_of_user();
create constraint trigger audit_insert after insert on segment_refreshes deferrable initially deferred for each row execute function note_refresh();
