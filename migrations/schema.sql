-- The schema as the migrations leave it, to be read: `npm run schema` writes it, and nothing runs it but a test.

set check_function_bodies = off;

create type event_type as enum ('view', 'click', 'favourite', 'unfavourite', 'cart_add', 'cart_remove', 'search', 'impression', 'custom', 'page_view', 'page_ping', 'checkout_start', 'review', 'complaint');

create sequence model_version_numbers as integer;

create function audit_text(entry_id bigint, at timestamp with time zone, actor jsonb, action text, subject text, subject_id text, before jsonb, after jsonb)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$
  select string_agg(coalesce(octet_length(field) || ':' || field, '-'), ',' order by place)
  from unnest(array[
    entry_id::text, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), actor::text, action, subject, subject_id,
    before::text, after::text
  ]) with ordinality as fields (field, place)
$function$;
comment on function audit_text(bigint,timestamp with time zone,jsonb,text,text,text,jsonb,jsonb) is 'What an audit entry is hashed as.';

create function audited(data jsonb, columns text)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select case when data is not null then coalesce(jsonb_object_agg(rtrim(name, '?'),
    case when name like '%?' then to_jsonb(data -> rtrim(name, '?') <> 'null') else data -> name end order by place), '{}') end
  from regexp_split_to_table(columns, ' ') with ordinality as kept (name, place)
$function$;
comment on function audited(jsonb,text) is 'What the audit keeps of a row.';

create function erasure_hash(kind text, id text)
 RETURNS bytea
 LANGUAGE sql
 STABLE PARALLEL SAFE STRICT
AS $function$
  select sha256(secret.key || sha256(secret.key || convert_to(kind || ' ' || id, 'UTF8'))) from erasure_key as secret
$function$;
comment on function erasure_hash(text,text) is 'The hash that an erased person is known by.';

create function keep_objection()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (
    select from erased_people as erased
    where erased.person_hash = erasure_hash('customer', new.customer_id) and not erased.profiling_allowed)
  then
    new.profiling_allowed := false;
  end if;
  return new;
end $function$;
comment on function keep_objection() is 'Somebody who was erased and comes back still objects to profiling.';

create function note_budget_raise()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  kept constant text := 'raise_id coupon_budget money_budget_minor state asked_by_name';
begin
  perform write_audit_entry('budget-raise',
    (select raised.campaign_id from campaigns as raised where raised.campaign_key = new.campaign_key),
    case when tg_op <> 'INSERT' then audited(to_jsonb(old), kept) end, audited(to_jsonb(new), kept));
  return null;
end $function$;
comment on function note_budget_raise() is 'An audit entry of a raise, by its campaign.';

create function note_campaign()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  kept constant text := 'coupon_budget money_budget_minor paused archived_at control_share time_zone week_start';
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
end $function$;
comment on function note_campaign() is 'An audit entry of a campaign, with its terms before and after.';

create function note_campaign_cost()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  kept constant text := 'cost_id name per amount day';
begin
  perform write_audit_entry('campaign-cost',
    (select costly.campaign_id from campaigns as costly where costly.campaign_key = coalesce(new.campaign_key, old.campaign_key)),
    case when tg_op <> 'INSERT' then audited(to_jsonb(old), kept) end,
    case when tg_op <> 'DELETE' then audited(to_jsonb(new), kept) end);
  return null;
end $function$;
comment on function note_campaign_cost() is 'An audit entry of a cost, by its campaign.';

create function note_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  was jsonb := case when tg_op <> 'INSERT' then audited(to_jsonb(old), tg_argv[1]) end;
  becomes jsonb := case when tg_op <> 'DELETE' then audited(to_jsonb(new), tg_argv[1]) end;
begin
  perform write_audit_entry(tg_argv[0], coalesce(to_jsonb(new), to_jsonb(old)) ->> tg_argv[2], was, becomes);
  return null;
end $function$;
comment on function note_change() is 'An audit entry of a change: subject, kept columns and column of the id are its arguments.';

create function note_deed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform write_audit_entry(new.subject, new.subject_id, null, new.details);
  return null;
end $function$;
comment on function note_deed() is 'An audit entry of what somebody did.';

create function note_figure()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
end $function$;
comment on function note_figure() is 'An audit entry of a cost or a market figure that was told otherwise before.';

create function note_holdout()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform write_audit_entry('holdout', new.kind,
    (select audited(to_jsonb(before.*), 'share exploration_share') from holdouts as before
     where before.kind = new.kind and before.holdout_id < new.holdout_id order by before.holdout_id desc limit 1),
    audited(to_jsonb(new), 'share exploration_share'));
  return null;
end $function$;
comment on function note_holdout() is 'An audit entry of a holdout, with what held before.';

create function note_of_user()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
end $function$;
comment on function note_of_user() is 'An audit entry of a ticket or a session, by the name of its user.';

create function note_recovery_code()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform write_audit_entry('recovery-code', (select owner.user_name from users as owner where owner.user_key = new.user_key),
    jsonb_build_object('used_at', old.used_at), jsonb_build_object('used_at', new.used_at));
  return null;
end $function$;
comment on function note_recovery_code() is 'An audit entry of a recovery code that was used, by the name of its user.';

create function note_refresh()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  -- Those of every night are the service's own work; one that found nobody new and nobody gone changed nothing.
  if coalesce(current_setting('actor', true), '') = '' then return null; end if;
  perform write_audit_entry('segment-refresh', segment.segment_id,
    (select jsonb_build_object('refresh_id', earlier.refresh_id, 'members', earlier.members) from segment_refreshes as earlier
     where earlier.segment_key = refresh.segment_key and earlier.refresh_id < refresh.refresh_id order by earlier.refresh_id desc limit 1),
    jsonb_build_object(
    'refresh_id', refresh.refresh_id, 'members', refresh.members, 'arrived', refresh.arrived, 'departed', refresh.departed))
  from segment_refreshes as refresh join defined_segments as segment using (segment_key) where refresh.refresh_id = new.refresh_id
    and refresh.arrived + refresh.departed > 0;
  return null;
end $function$;
comment on function note_refresh() is 'An audit entry of members that somebody had found anew, or gave.';

create function note_rule_block()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  rule rule_blocks := case when tg_op = 'DELETE' then old else new end;
  items jsonb := jsonb_build_object(
    'antecedent', (select jsonb_agg(item.item_id order by item.item_key) from items as item where item.item_key = any(rule.antecedent)),
    'consequent', (select item.item_id from items as item where item.item_key = rule.consequent));
begin
  perform write_audit_entry('rule-block', array_to_string(rule.antecedent, '.') || '-' || rule.consequent,
    case when tg_op = 'DELETE' then items end, case when tg_op = 'INSERT' then items end);
  return null;
end $function$;
comment on function note_rule_block() is 'An audit entry of a blocked rule, by the ids of its items.';

create function refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $function$;
comment on function refuse_change() is 'Keeps what is append-only.';

create function write_audit_entry(of_subject text, of_id text, was jsonb, becomes jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  head audit_head;
  entry audit_entries;
begin
  select * into strict head from audit_head for update;
  entry.entry_id := head.entry_id + 1;
  entry.at := clock_timestamp();
  entry.actor := coalesce(nullif(current_setting('actor', true), ''), '{"kind": "service"}')::jsonb;
  entry.action := case when was is null then 'made' when becomes is null then 'removed' else 'changed' end;
  entry.subject := of_subject;
  entry.subject_id := coalesce(of_id, '');
  entry.before := was;
  entry.after := becomes;
  entry.hash := sha256(head.hash || convert_to(audit_text(
    entry.entry_id, entry.at, entry.actor, entry.action, entry.subject, entry.subject_id, entry.before, entry.after), 'UTF8'));
  insert into audit_entries select entry.*;
  update audit_head set entry_id = entry.entry_id, hash = entry.hash;
end $function$;
comment on function write_audit_entry(text,text,jsonb,jsonb) is 'Appends to the audit; to be called as the last thing before a commit.';

create function write_decisions(request_operation text, time_zone text, decisions json, inputs text, answers text, grants json, takings json, counters json, assignments json)
 RETURNS TABLE(of_campaign integer, now_issued integer, now_reserved_minor bigint, now_redeemed_minor bigint, now_reversed_minor bigint)
 LANGUAGE plpgsql
 SET enable_seqscan TO 'off'
AS $function$
#variable_conflict use_column
declare
  taking record;
  named int[];
  guests bigint[];
  rows_made int;
  unclaimed text;
begin
  select array_agg(distinct made.customer_key) into named
  from json_to_recordset(decisions) as made (customer_key int) where made.customer_key is not null;
  perform from customers where customer_key = any(named) order by customer_key for key share;
  get diagnostics rows_made = row_count;
  if rows_made < coalesce(cardinality(named), 0) then
    raise exception 'a customer has gone' using errcode = 'PD001';
  end if;

  -- Whoever says who a visitor is waits here: once that is said, all that the visitor was given before is there to be seen.
  select array_agg(distinct made.visitor_key) into guests
  from json_to_recordset(decisions) as made (visitor_key bigint) where made.visitor_key is not null;
  if guests is not null then
    perform from visitors where visitor_key = any(guests) order by visitor_key for no key update;
    get diagnostics rows_made = row_count;
    perform from json_to_recordset(decisions) as made (visitor_key bigint, decided_at timestamptz) join identity_links as link
      on link.visitor_key = made.visitor_key and link.valid_from <= made.decided_at and made.decided_at < link.valid_until;
    if found or rows_made < cardinality(guests) then
      raise exception 'a visitor has gone, or is a customer' using errcode = 'PD001';
    end if;
  end if;

  with asked as materialized (
    select *, pg_try_advisory_xact_lock(
        hashtextextended(current_schema() || request_operation || key_id || idempotency_key, 0)) as free
    from json_to_recordset(decisions)
      as made (decision_id bigint, customer_key int, visitor_key bigint, key_id bigint, idempotency_key text, body_hash text)
    -- Those that nobody asked for by a request of their own have none to claim.
    where key_id is not null),
  claimed as (
    insert into idempotent_answers (operation, key_id, idempotency_key, body_hash, answer, customer_key, visitor_key)
    select request_operation, key_id, idempotency_key, decode(body_hash, 'hex'), json_build_object('decision_id', decision_id), customer_key,
      visitor_key
    from asked where free order by key_id, idempotency_key
    on conflict do nothing returning key_id, idempotency_key)
  select string_agg(asked.decision_id::text, ',') into unclaimed
  from asked left join claimed using (key_id, idempotency_key) where claimed.key_id is null;
  if unclaimed is not null then
    raise exception 'requests of others' using errcode = 'PD002', detail = unclaimed;
  end if;

  insert into coupon_decisions (decision_id, customer_key, visitor_key, decided_at, inputs, answer) overriding system value
  select decision_id, customer_key, visitor_key, decided_at, input::json, answer::json
  from rows from (
    json_to_recordset(decisions) as (decision_id bigint, customer_key int, visitor_key bigint, decided_at timestamptz),
    unnest(string_to_array(inputs, e'\n')),
    unnest(string_to_array(answers, e'\n'))) as made (decision_id, customer_key, visitor_key, decided_at, input, answer);

  with granted as materialized (
    select * from json_to_recordset(grants) as granted (code text, campaign_key int, terms_key int, customer_key int, visitor_key bigint,
      decision_id bigint, reserved_minor bigint, issued_at timestamptz, valid_until timestamptz, day date, week date, month date)),
  issued as (
    insert into coupons (code, campaign_key, terms_key, customer_key, visitor_key, decision_id, issued_at, valid_until)
    select code, campaign_key, terms_key, customer_key, visitor_key, decision_id, issued_at, valid_until from granted
    returning coupon_key, code),
  taken as (
    insert into coupon_uses (coupon_key, campaign_key, terms_key, customer_key, visitor_key, state, reserved_minor, taken_at, expires_at,
      day, week, month)
    select coupon_key, campaign_key, terms_key, customer_key, visitor_key, 'reserved', reserved_minor, issued_at, valid_until, day, week, month
    from granted join issued using (code) returning use_id, coupon_key, campaign_key, reserved_minor, taken_at),
  booked as (
    insert into coupon_ledger (use_id, coupon_key, campaign_key, kind, units, reserved_minor, occurred_at)
    select use_id, coupon_key, campaign_key, 'reservation', 1, reserved_minor, taken_at from taken)
  insert into touched_days (kind, day)
  select distinct 'cost', (issued_at at time zone time_zone)::date from granted;

  -- Units and their maximum discount are set aside where the campaign is not paused, its terms are still those, and both budgets
  -- have room for all of them: the check and the change are one.
  for taking in
    select * from json_to_recordset(takings) as taking (campaign_key int, terms_key int, units int, amount_minor bigint)
    order by campaign_key, terms_key
  loop
    return query
      update campaigns set issued = issued + taking.units, money_reserved_minor = money_reserved_minor + taking.amount_minor
      where campaign_key = taking.campaign_key and terms_key = taking.terms_key and not paused
        and (coupon_budget is null or issued + taking.units <= coupon_budget)
        and (money_budget_minor is null
          or money_reserved_minor + money_redeemed_minor - money_reversed_minor + taking.amount_minor <= money_budget_minor)
      returning campaign_key, issued, money_reserved_minor, money_redeemed_minor, money_reversed_minor;
    if not found then
      raise exception 'a budget has no room' using errcode = 'PD001';
    end if;
  end loop;

  insert into coupon_counters as counted (campaign_key, per, holder, period, starts, units, at_most)
  select campaign_key, per, holder, period, starts, units, at_most
  from json_to_recordset(counters)
    as wanted (campaign_key int, per text, holder bigint, period text, starts date, units int, at_most int)
  where units <= at_most order by campaign_key, per, holder, period, starts
  on conflict (campaign_key, per, holder, period, starts)
    do update set units = counted.units + excluded.units, at_most = excluded.at_most
    where counted.units + excluded.units <= excluded.at_most;
  get diagnostics rows_made = row_count;
  if rows_made < json_array_length(counters) then
    raise exception 'a limit has no room' using errcode = 'PD001';
  end if;

  -- What a customer was given as a visitor counts beside what they were given by name.
  perform from json_to_recordset(counters)
      as wanted (campaign_key int, per text, holder bigint, period text, starts date, guests boolean)
    join coupon_counters as counted using (campaign_key, per, holder, period, starts)
    cross join lateral (
      select count(*) as units
      from (
        select used.day, used.week, used.month from identity_links as link join coupon_uses as used
          on used.visitor_key = link.visitor_key and used.taken_at >= link.valid_from and used.taken_at < link.valid_until
        where link.customer_key = wanted.holder and used.campaign_key = wanted.campaign_key and used.customer_key is null
          and used.state in ('reserved', 'redeemed', 'partly-reversed')
        union all
        select used.day, used.week, used.month from coupon_uses as used
        where used.customer_key = wanted.holder and used.campaign_key = wanted.campaign_key and used.visitor_key is not null
          and used.state in ('reserved', 'redeemed', 'partly-reversed')) as used
      where case wanted.period when 'day' then used.day when 'week' then used.week when 'month' then used.month else wanted.starts end
        = wanted.starts) as before
    where wanted.guests and wanted.per = 'customer' and counted.units + before.units > counted.at_most;
  if found then
    raise exception 'a limit has no room' using errcode = 'PD001';
  end if;

  with given as materialized (
    select * from json_to_recordset(assignments) as given (experiment_key int, customer_key int, visitor_key bigint, arm text, control_share numeric,
      holdout_share numeric, decision_id bigint, assigned_at timestamptz)),
  considered as (
    insert into holdout_considerations (customer_key, holdout_id, arm, considered_at)
    select distinct on (given.customer_key) given.customer_key, held.holdout_id, given.arm, given.assigned_at
    from given, (select latest.holdout_id, latest.share from holdouts as latest where latest.kind = 'coupons'
                 order by latest.holdout_id desc limit 1) as held
    where held.share > 0 and held.share = given.holdout_share and given.customer_key is not null order by given.customer_key, given.decision_id
    on conflict (customer_key, holdout_id) do nothing)
  insert into experiment_assignments
    (experiment_key, customer_key, visitor_key, arm, control_share, holdout_share, decision_id, assigned_at)
  select * from given order by experiment_key, customer_key, visitor_key, decision_id
  on conflict do nothing;
end $function$;
comment on function write_decisions(text,text,json,text,text,json,json,json,json) is 'Writes decisions with all that they give and take, or nothing: PD001 where something cannot be taken, PD002 where requests were claimed before, their decisions in the detail. Locks in the order that Coupons states. Tells how the campaigns stand that gave something.';

create table alarms (
  alarm_key bigint generated always as identity,
  alarm_id text collate "C" not null,
  indicator_id text collate "C" not null,
  dimension text collate "C",
  member text collate "C",
  grain text not null,
  condition text not null,
  period date not null,
  value double precision not null,
  expected double precision,
  chance double precision,
  threshold double precision,
  raised_at timestamptz default clock_timestamp() not null,
  constraint alarms_pkey PRIMARY KEY (alarm_key)
);
comment on table alarms is 'Alarms that were raised, with what was so then; they stay when their rule changes or goes.';
comment on column alarms.value is 'As it was then; money in minor units.';
comment on column alarms.chance is 'Of rises and falls: how often chance alone goes as far.';
CREATE INDEX alarms_alarm_id_idx ON alarms USING btree (alarm_id, alarm_key);

create table api_keys (
  key_id bigint generated always as identity,
  name text not null,
  key_hash bytea not null,
  scopes text[] not null,
  created_at timestamptz default clock_timestamp() not null,
  revoked_at timestamptz,
  allowed_origins text[] default '{}'::text[] not null,
  customer_secret text,
  constraint api_keys_pkey PRIMARY KEY (key_id),
  constraint api_keys_key_hash_key UNIQUE (key_hash),
  constraint api_keys_scopes_check CHECK (scopes <@ ARRAY['events'::text, 'lists'::text, 'ingest'::text, 'recommend'::text, 'segments'::text, 'coupons'::text, 'indicators'::text, 'train'::text, 'view'::text, 'customers'::text, 'merchandise'::text, 'admin'::text])
);
comment on table api_keys is 'API keys: only the hash of a key is stored.';
comment on column api_keys.allowed_origins is 'Of a publishable key: whose pages may ask with it from a browser, as browsers write an origin.';
comment on column api_keys.customer_secret is 'Of a publishable key: what the shop signs customer tokens with. Kept as it is, because it must be computed with. null: of a secret key, or older than this column.';
CREATE CONSTRAINT TRIGGER audit_insert AFTER INSERT ON api_keys DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_change('key', 'name scopes allowed_origins revoked_at', 'key_id');
CREATE CONSTRAINT TRIGGER audit_update AFTER UPDATE ON api_keys DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (old.name IS DISTINCT FROM new.name OR old.scopes IS DISTINCT FROM new.scopes OR old.revoked_at IS DISTINCT FROM new.revoked_at OR old.allowed_origins IS DISTINCT FROM new.allowed_origins) EXECUTE FUNCTION note_change('key', 'name scopes allowed_origins revoked_at', 'key_id');

create table association_rules (
  version integer not null,
  rule_number integer not null,
  antecedent integer[] not null,
  consequent integer not null,
  joint_count integer not null,
  antecedent_count integer not null,
  consequent_count integer not null,
  support double precision not null,
  confidence double precision not null,
  lift double precision not null,
  leverage double precision not null,
  conviction double precision not null,
  p_value double precision not null,
  context text default 'all'::text not null,
  q_value double precision,
  significant boolean default true not null,
  constraint association_rules_pkey PRIMARY KEY (rule_number, version)
) partition by LIST (version);
comment on table association_rules is 'Served: who buys these also buys that. Learnt of all orders and within contexts.';
comment on column association_rules.joint_count is 'Orders with the antecedent and the consequent.';
comment on column association_rules.q_value is 'Significance corrected for how many rules were looked for. null: of a version from before; each of its rules was tested by itself.';

create table audit_deeds (
  deed_id bigint generated always as identity,
  subject text not null,
  subject_id text collate "C" not null,
  details jsonb not null,
  constraint audit_deeds_pkey PRIMARY KEY (deed_id)
);
comment on table audit_deeds is 'What somebody did that is no row of its own: a row here is an audit entry at the commit.';
CREATE CONSTRAINT TRIGGER audit_insert AFTER INSERT ON audit_deeds DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_deed();

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
  constraint audit_entries_pkey PRIMARY KEY (entry_id),
  constraint audit_entries_action_check CHECK (action = ANY (ARRAY['made'::text, 'changed'::text, 'removed'::text]))
);
comment on table audit_entries is 'Who changed what governs the shop, when, and what it was before and is after: written by triggers, by whatever way the change came, in its transaction. Nothing of customers. Append-only.';
comment on column audit_entries.entry_id is 'From 1 on, without gaps.';
comment on column audit_entries.hash is 'SHA-256 of the hash before and audit_text of this entry.';
CREATE INDEX audit_entries_actor_idx ON audit_entries USING btree ((actor ->> 'name'::text), entry_id);
CREATE INDEX audit_entries_at_idx ON audit_entries USING btree (at);
CREATE INDEX audit_entries_subject_idx ON audit_entries USING btree (subject, subject_id, entry_id);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON audit_entries FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

create table audit_head (
  singleton boolean default true not null,
  entry_id bigint not null,
  hash bytea not null,
  constraint audit_head_pkey PRIMARY KEY (singleton),
  constraint audit_head_singleton_check CHECK (singleton)
);
comment on table audit_head is 'The last audit entry; whoever writes the next one locks it, as the last thing before the commit.';

create table budget_raises (
  raise_id bigint generated always as identity,
  campaign_key integer not null,
  coupon_budget integer,
  money_budget_minor bigint,
  state text default 'waiting'::text not null,
  asked_by bigint not null,
  asked_by_name text not null,
  asked_at timestamptz not null,
  expires_at timestamptz not null,
  decided_by_name text,
  decided_at timestamptz,
  terms_key integer,
  constraint budget_raises_pkey PRIMARY KEY (raise_id),
  constraint budget_raises_decided_since CHECK ((state = 'waiting'::text) = (decided_at IS NULL)),
  constraint budget_raises_state_check CHECK (state = ANY (ARRAY['waiting'::text, 'approved'::text, 'rejected'::text, 'withdrawn'::text])),
  constraint budget_raises_terms_of_approved CHECK ((state = 'approved'::text) = (terms_key IS NOT NULL))
);
comment on table budget_raises is 'Raises of budgets that are too large for one person: until a second one approves, the old budget holds.';
comment on column budget_raises.coupon_budget is 'Asked for; null: no bound.';
comment on column budget_raises.money_budget_minor is 'Asked for; null: no bound.';
comment on column budget_raises.asked_by is 'A key, or below 0 a user; 0: the command line.';
comment on column budget_raises.terms_key is 'The terms by which it was approved.';
CREATE INDEX budget_raises_campaign_key_idx ON budget_raises USING btree (campaign_key, raise_id);
CREATE UNIQUE INDEX budget_raises_one_waits ON budget_raises USING btree (campaign_key) WHERE state = 'waiting'::text;
CREATE CONSTRAINT TRIGGER audit_insert AFTER INSERT ON budget_raises DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_budget_raise();
CREATE CONSTRAINT TRIGGER audit_update AFTER UPDATE ON budget_raises DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (old.state <> new.state) EXECUTE FUNCTION note_budget_raise();

create table campaign_costs (
  campaign_key integer not null,
  cost_id text collate "C" not null,
  name text not null,
  per text not null,
  amount numeric(18,6) not null,
  day date,
  told_at timestamptz not null,
  constraint campaign_costs_pkey PRIMARY KEY (campaign_key, cost_id),
  constraint campaign_costs_amount_check CHECK (amount >= 0::numeric),
  constraint campaign_costs_day_of_once CHECK ((per = 'once'::text) = (day IS NOT NULL)),
  constraint campaign_costs_per_check CHECK (per = ANY (ARRAY['coupon'::text, 'once'::text]))
);
comment on table campaign_costs is 'What a campaign costs beside its discounts, as people tell it: sending, media.';
comment on column campaign_costs.amount is 'Of each coupon that is given, or in all.';
comment on column campaign_costs.day is 'From which on it counts, in the shop''s zone; null: as coupons are given.';
CREATE CONSTRAINT TRIGGER audit_delete AFTER DELETE ON campaign_costs DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_campaign_cost();
CREATE CONSTRAINT TRIGGER audit_insert AFTER INSERT ON campaign_costs DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_campaign_cost();
CREATE CONSTRAINT TRIGGER audit_update AFTER UPDATE ON campaign_costs DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (old.name IS DISTINCT FROM new.name OR old.per IS DISTINCT FROM new.per OR old.amount IS DISTINCT FROM new.amount OR old.day IS DISTINCT FROM new.day) EXECUTE FUNCTION note_campaign_cost();

create table campaign_givings (
  giving_key integer generated always as identity,
  campaign_key integer not null,
  giving_id text collate "C" not null,
  segment_id text collate "C",
  starts_at timestamptz not null,
  asked_at timestamptz not null,
  status text default 'waiting'::text not null,
  finished_at timestamptz,
  after_key integer default 0 not null,
  outcomes jsonb default '{}'::jsonb not null,
  lease_holder text,
  lease_until timestamptz,
  constraint campaign_givings_pkey PRIMARY KEY (giving_key),
  constraint campaign_givings_campaign_key_giving_id_key UNIQUE (campaign_key, giving_id),
  constraint campaign_givings_finished_once_over CHECK ((status = ANY (ARRAY['finished'::text, 'stopped'::text])) = (finished_at IS NOT NULL)),
  constraint campaign_givings_giving_id_check CHECK (length(giving_id) >= 1 AND length(giving_id) <= 128),
  constraint campaign_givings_status_check CHECK (status = ANY (ARRAY['waiting'::text, 'running'::text, 'finished'::text, 'stopped'::text]))
);
comment on table campaign_givings is 'Campaigns that are given to many at once, from a moment on, and how far that is.';
comment on column campaign_givings.segment_id is 'To whom. null: everybody who may be profiled.';
comment on column campaign_givings.after_key is 'Customers up to this key were decided about; it moves in the transaction of their decisions.';
comment on column campaign_givings.outcomes is 'How many customers came to which outcome.';
comment on column campaign_givings.lease_until is 'By the database''s clock: until then it is the holder''s, who alone works at it.';
CREATE INDEX campaign_givings_open_idx ON campaign_givings USING btree (starts_at) WHERE status = ANY (ARRAY['waiting'::text, 'running'::text]);
CREATE CONSTRAINT TRIGGER audit_insert AFTER INSERT ON campaign_givings DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_change('giving', 'campaign_key segment_id starts_at', 'giving_id');
CREATE CONSTRAINT TRIGGER audit_update AFTER UPDATE ON campaign_givings DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (old.status <> new.status AND new.status = 'stopped'::text) EXECUTE FUNCTION note_change('giving', 'campaign_key segment_id starts_at status', 'giving_id');

create table campaign_joiners (
  joiner_key bigint generated always as identity,
  campaign_key integer not null,
  customer_key integer,
  joined_at timestamptz not null,
  constraint campaign_joiners_pkey PRIMARY KEY (joiner_key),
  constraint joined_once UNIQUE (campaign_key, customer_key)
);
comment on table campaign_joiners is 'Who has joined a group offer, each once.';
comment on column campaign_joiners.customer_key is 'null: the person was erased, and counts all the same.';
CREATE INDEX campaign_joiners_campaign_key_joiner_key_idx ON campaign_joiners USING btree (campaign_key, joiner_key);
CREATE INDEX campaign_joiners_customer_key_idx ON campaign_joiners USING btree (customer_key) WHERE customer_key IS NOT NULL;

create table campaign_responses (
  campaign_key integer not null,
  training_run_id bigint not null,
  as_of timestamptz not null,
  learnt_at timestamptz default clock_timestamp() not null,
  verdict text not null,
  report jsonb,
  model jsonb,
  least_score double precision,
  constraint campaign_responses_pkey PRIMARY KEY (campaign_key)
);
comment on table campaign_responses is 'Who responds because of a campaign''s coupon, as last learnt by night: the verdict, and the model where it is used.';
comment on column campaign_responses.least_score is 'In minor units: the least expected gain that still gets a coupon. null: decisions do not use the model.';
CREATE INDEX campaign_responses_training_run_id_idx ON campaign_responses USING btree (training_run_id);

create table campaign_sets (
  set_id text collate "C" not null,
  terms_keys integer[] not null,
  created_at timestamptz default clock_timestamp() not null,
  policy_keys integer[],
  causes_key integer,
  constraint campaign_sets_pkey PRIMARY KEY (set_id)
);
comment on table campaign_sets is 'Which terms of campaigns, in which order, a decision was made over.';
comment on column campaign_sets.policy_keys is 'The version of the policy of each of the terms; null: from before there were versions.';
comment on column campaign_sets.causes_key is 'The version of by-cause that what customers need was judged by.';

create table campaign_terms (
  terms_key integer generated always as identity,
  campaign_key integer not null,
  version integer not null,
  name text not null,
  discount_type text not null,
  percent numeric(7,4),
  amount_minor bigint,
  maximum_discount_minor bigint,
  buy_count integer,
  get_count integer,
  valid_from timestamptz not null,
  valid_until timestamptz not null,
  coupon_valid_days integer not null,
  coupon_budget integer,
  money_budget_minor bigint,
  limit_per_customer integer not null,
  minimum_spend_minor bigint,
  target_groups text[] not null,
  target_segments text[] not null,
  item_ids text[] not null,
  categories text[] not null,
  priority integer not null,
  limits jsonb not null,
  stacking text not null,
  stacking_order integer not null,
  content_hash bytea not null,
  since timestamptz not null,
  policy text collate "C",
  hours jsonb default '[]'::jsonb not null,
  isolation text collate "C" default 'campaign'::text not null,
  channel text collate "C",
  bundle text[] collate "C" default '{}'::text[] not null,
  guests boolean default false not null,
  referral jsonb,
  group_offer jsonb,
  constraint campaign_terms_pkey PRIMARY KEY (terms_key),
  constraint campaign_terms_campaign_key_version_key UNIQUE (campaign_key, version),
  constraint campaign_terms_of_its_campaign UNIQUE (campaign_key, terms_key),
  constraint campaign_terms_amount_minor_check CHECK (amount_minor > 0),
  constraint campaign_terms_buy_count_check CHECK (buy_count > 0),
  constraint campaign_terms_channel_of_isolation CHECK (isolation <> 'channel'::text OR channel IS NOT NULL),
  constraint campaign_terms_coupon_budget_check CHECK (coupon_budget > 0),
  constraint campaign_terms_coupon_valid_days_check CHECK (coupon_valid_days > 0),
  constraint campaign_terms_discount_of_its_type CHECK ((discount_type = ANY (ARRAY['percent'::text, 'buy-x-get-y'::text])) = (percent IS NOT NULL) AND (discount_type = 'amount'::text) = (amount_minor IS NOT NULL) AND (discount_type = 'buy-x-get-y'::text) = (buy_count IS NOT NULL AND get_count IS NOT NULL)),
  constraint campaign_terms_discount_type_check CHECK (discount_type = ANY (ARRAY['percent'::text, 'amount'::text, 'free-shipping'::text, 'buy-x-get-y'::text])),
  constraint campaign_terms_get_count_check CHECK (get_count > 0),
  constraint campaign_terms_isolation_check CHECK (isolation = ANY (ARRAY['campaign'::text, 'channel'::text, 'all'::text])),
  constraint campaign_terms_limit_per_customer_check CHECK (limit_per_customer > 0),
  constraint campaign_terms_maximum_discount_minor_check CHECK (maximum_discount_minor > 0),
  constraint campaign_terms_minimum_spend_minor_check CHECK (minimum_spend_minor >= 0),
  constraint campaign_terms_money_budget_minor_check CHECK (money_budget_minor > 0),
  constraint campaign_terms_money_budget_needs_maximum CHECK ((discount_type = ANY (ARRAY['amount'::text, 'free-shipping'::text])) OR money_budget_minor IS NULL OR maximum_discount_minor IS NOT NULL),
  constraint campaign_terms_percent_check CHECK (percent > 0::numeric AND percent <= 100::numeric),
  constraint campaign_terms_stacking_check CHECK (stacking = ANY (ARRAY['exclusive'::text, 'stackable'::text])),
  constraint campaign_terms_valid_until_after_from CHECK (valid_until > valid_from),
  constraint campaign_terms_version_check CHECK (version > 0)
);
comment on table campaign_terms is 'Append-only: what a campaign promises, in versions.';
comment on column campaign_terms.since is 'When this version began to hold; until the next one.';
comment on column campaign_terms.policy is 'What decides who of those it aims at gets a coupon; null: the default of the shop.';
comment on column campaign_terms.hours is 'Weekdays with a beginning and an end by the clocks of the campaign''s zone, the end before the beginning where it is over midnight; empty: at any hour.';
comment on column campaign_terms.isolation is 'From whose coupons its control group is kept besides its own.';
comment on column campaign_terms.channel is 'By which its coupons reach customers; null: none is named.';
comment on column campaign_terms.bundle is 'Ids of items that a cart must hold all of, and whose whole sets the discount is for; empty: it is for no bundle.';
comment on column campaign_terms.guests is 'Whether visitors who are nobody by name may have it. Never changes.';
comment on column campaign_terms.referral is 'What whoever hands a code on gets, for which friends, how often, and after how long. null: it is no campaign of referrals, which never changes.';
comment on column campaign_terms.group_offer is 'How many must join, and until when one may. null: it is no group offer, which never changes.';
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON campaign_terms FOR EACH ROW EXECUTE FUNCTION refuse_change();

create table campaigns (
  campaign_key integer generated always as identity,
  campaign_id text collate "C" not null,
  coupon_budget integer,
  money_budget_minor bigint,
  created_at timestamptz not null,
  paused boolean default false not null,
  issued integer default 0 not null,
  redeemed integer default 0 not null,
  expired integer default 0 not null,
  money_reserved_minor bigint default 0 not null,
  money_redeemed_minor bigint default 0 not null,
  time_zone text default 'UTC'::text not null,
  week_start text default 'monday'::text not null,
  control_share numeric(6,4) default 0 not null,
  released integer default 0 not null,
  reversed integer default 0 not null,
  money_reversed_minor bigint default 0 not null,
  experiment_key integer not null,
  terms_key integer not null,
  archived_at timestamptz,
  joined integer default 0 not null,
  opened_at timestamptz,
  constraint campaigns_pkey PRIMARY KEY (campaign_key),
  constraint campaigns_campaign_id_key UNIQUE (campaign_id),
  constraint campaigns_experiment_key_key UNIQUE (experiment_key),
  constraint campaigns_campaign_id_check CHECK (length(campaign_id) >= 1 AND length(campaign_id) <= 128),
  constraint campaigns_control_share_check CHECK (control_share >= 0::numeric AND control_share <= 0.5),
  constraint campaigns_coupon_budget_check CHECK (coupon_budget > 0),
  constraint campaigns_joined_check CHECK (joined >= 0),
  constraint campaigns_money_adds_up CHECK (money_reserved_minor >= 0 AND money_redeemed_minor >= money_reversed_minor),
  constraint campaigns_money_budget_minor_check CHECK (money_budget_minor > 0),
  constraint campaigns_money_reversed_minor_check CHECK (money_reversed_minor >= 0),
  constraint campaigns_released_check CHECK (released >= 0),
  constraint campaigns_reversed_check CHECK (reversed >= 0),
  constraint campaigns_units_add_up CHECK (redeemed >= reversed AND issued >= (redeemed - reversed) AND expired >= 0),
  constraint campaigns_week_start_check CHECK (week_start = ANY (ARRAY['monday'::text, 'sunday'::text])),
  constraint coupon_budget_kept CHECK (issued <= coupon_budget),
  constraint money_budget_kept CHECK ((money_reserved_minor + money_redeemed_minor - money_reversed_minor) <= money_budget_minor)
) with (fillfactor=50);
comment on table campaigns is 'Campaigns as they stand. The counters change by conditional updates and equal the ledger''s sums.';
comment on column campaigns.coupon_budget is 'Of the terms that hold now, as is the money''s: what the conditional updates look at.';
comment on column campaigns.redeemed is 'Gross, as `reversed` is: what is held is what was not given back.';
comment on column campaigns.time_zone is 'Of its periods. It never changes, and neither do the start of its weeks and the share of its control: the periods and the arms would mix.';
comment on column campaigns.terms_key is 'The terms that hold now.';
comment on column campaigns.archived_at is 'Since when it is listed only where it is asked for; only what has ended is. null: it is listed.';
comment on column campaigns.joined is 'Of a group offer: how many have joined it, also those who were erased since.';
comment on column campaigns.opened_at is 'Since when as many have joined as it needs. null: they have not, or it is no group offer.';
CREATE CONSTRAINT TRIGGER audit_insert AFTER INSERT OR DELETE ON campaigns DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_campaign();
CREATE CONSTRAINT TRIGGER audit_update AFTER UPDATE ON campaigns DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (old.terms_key <> new.terms_key OR old.paused <> new.paused OR old.control_share <> new.control_share OR old.archived_at IS DISTINCT FROM new.archived_at) EXECUTE FUNCTION note_campaign();

create table category_complements (
  version integer not null,
  category text collate "C" not null,
  complements jsonb not null,
  constraint category_complements_pkey PRIMARY KEY (category, version)
) partition by LIST (version);
comment on table category_complements is 'Served: which categories, by their paths, are bought together more often than by chance.';
comment on column category_complements.complements is 'An array of {category, lift}, those in most of its orders first.';

create unlogged table code_guesses (
  guesser bytea not null,
  since timestamptz not null,
  guesses integer not null,
  constraint code_guesses_pkey PRIMARY KEY (guesser)
);
comment on table code_guesses is 'Unknown codes that were tried, by who tried them: an API key, or a customer as a hash. Worth a minute, so not logged.';
comment on column code_guesses.since is 'When the minute began.';
CREATE INDEX code_guesses_since_idx ON code_guesses USING btree (since);

create table connector_deliveries (
  platform text collate "C" not null,
  delivery_id text collate "C" not null,
  topic text collate "C" not null,
  received_at timestamptz default clock_timestamp() not null,
  outcome text collate "C" not null,
  facts integer not null,
  quarantined integer not null,
  merged integer not null,
  constraint connector_deliveries_pkey PRIMARY KEY (platform, delivery_id),
  constraint connector_deliveries_outcome_check CHECK (outcome = ANY (ARRAY['recorded'::text, 'ignored'::text, 'unknown-topic'::text]))
);
comment on table connector_deliveries is 'Deliveries that were answered, so that one that comes again does nothing: not what they said.';
CREATE INDEX connector_deliveries_received_at_idx ON connector_deliveries USING btree (received_at);

create table connector_numbers (
  platform text collate "C" not null,
  kind text collate "C" not null,
  number text collate "C" not null,
  id text collate "C" not null,
  constraint connector_numbers_pkey PRIMARY KEY (platform, kind, number, id),
  constraint connector_numbers_kind_check CHECK (kind = ANY (ARRAY['order'::text, 'product'::text]))
);
comment on table connector_numbers is 'What platforms'' own numbers of orders and products are here: some deliveries tell nothing else.';
comment on column connector_numbers.id is 'The order, or an item of the product.';

create table connectors (
  platform text collate "C" not null,
  secret bytea not null,
  created_at timestamptz default clock_timestamp() not null,
  secret_since timestamptz default clock_timestamp() not null,
  constraint connectors_pkey PRIMARY KEY (platform),
  constraint connectors_platform_check CHECK (platform = ANY (ARRAY['shopify'::text, 'woocommerce'::text, 'medusa'::text]))
);
comment on table connectors is 'Platforms that may send deliveries.';
comment on column connectors.secret is 'What deliveries are signed with. It has to be known whole to verify them, and is never told.';
CREATE CONSTRAINT TRIGGER audit_delete AFTER DELETE ON connectors DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_change('connector', 'platform secret_since', 'platform');
CREATE CONSTRAINT TRIGGER audit_insert AFTER INSERT ON connectors DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_change('connector', 'platform secret_since', 'platform');
CREATE CONSTRAINT TRIGGER audit_update AFTER UPDATE ON connectors DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (old.secret_since IS DISTINCT FROM new.secret_since) EXECUTE FUNCTION note_change('connector', 'platform secret_since', 'platform');

create table corrections (
  import_id bigint not null,
  row_number bigint not null,
  field text not null,
  rule text not null,
  before text,
  after text,
  constraint corrections_pkey PRIMARY KEY (import_id, row_number, field, rule)
);
comment on table corrections is 'Every cell that cleaning changed, with the rule that changed it.';

create table costs (
  day date not null,
  channel text collate "C" not null,
  campaign text collate "C" not null,
  amount_minor bigint not null,
  impressions bigint,
  clicks bigint,
  received_at timestamptz default clock_timestamp() not null,
  cost_key bigint generated always as identity,
  constraint costs_pkey PRIMARY KEY (day, channel, campaign),
  constraint costs_cost_key_key UNIQUE (cost_key),
  constraint costs_amount_minor_check CHECK (amount_minor >= 0),
  constraint costs_clicks_check CHECK (clicks >= 0),
  constraint costs_impressions_check CHECK (impressions >= 0)
);
comment on table costs is 'What was spent on a local day to be seen: advertising and the like.';
comment on column costs.channel is 'Where it was spent, in the shop''s words. Empty: not told.';
comment on column costs.campaign is 'As in events.campaign. Empty: none.';
comment on column costs.impressions is 'As who was paid counts them. null: not told.';
comment on column costs.clicks is 'As who was paid counts them. null: not told.';
CREATE CONSTRAINT TRIGGER audit_update AFTER UPDATE ON costs DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (old.amount_minor IS DISTINCT FROM new.amount_minor OR old.impressions IS DISTINCT FROM new.impressions OR old.clicks IS DISTINCT FROM new.clicks) EXECUTE FUNCTION note_figure();

create table coupon_counters (
  campaign_key integer not null,
  per text collate "C" not null,
  holder bigint not null,
  period text collate "C" not null,
  starts date not null,
  units integer not null,
  at_most integer not null,
  constraint coupon_counters_pkey PRIMARY KEY (campaign_key, per, holder, period, starts),
  constraint coupon_counters_at_most_check CHECK (at_most > 0),
  constraint coupon_counters_per_check CHECK (per = ANY (ARRAY['campaign'::text, 'customer'::text, 'code'::text, 'visitor'::text])),
  constraint coupon_counters_period_check CHECK (period = ANY (ARRAY['total'::text, 'day'::text, 'week'::text, 'month'::text])),
  constraint coupon_counters_units_check CHECK (units >= 0),
  constraint limit_kept CHECK (units <= at_most)
) with (fillfactor=80);
comment on table coupon_counters is 'Units held by campaign, customer, visitor or code, in all or in a period; changed by conditional updates only. A visitor''s count for the customer too who they turn out to have been.';
comment on column coupon_counters.at_most is 'The limit that the last of the units was within. Where the limit is lowered, what was used stays.';
CREATE INDEX coupon_counters_holder_idx ON coupon_counters USING btree (holder) WHERE per = 'customer'::text;
CREATE INDEX coupon_counters_visitor_idx ON coupon_counters USING btree (holder) WHERE per = 'visitor'::text;

create table coupon_decisions (
  decision_id bigint generated always as identity,
  customer_key integer,
  decided_at timestamptz not null,
  inputs json not null,
  answer json not null,
  visitor_key bigint,
  constraint coupon_decisions_pkey PRIMARY KEY (decision_id)
) with (toast_tuple_target=8160);
comment on table coupon_decisions is 'Every decision, also "none": what it was made from and what was answered. The customer''s id is in neither. Append-only; of a decision only the person can go.';
comment on column coupon_decisions.visitor_key is 'The visitor about whom it was, as nobody by name.';
CREATE INDEX coupon_decisions_customer_key_decided_at_idx ON coupon_decisions USING btree (customer_key, decided_at) WHERE customer_key IS NOT NULL;
CREATE INDEX coupon_decisions_decided_at_decision_id_idx ON coupon_decisions USING btree (decided_at, decision_id);
CREATE INDEX coupon_decisions_visitor_key_idx ON coupon_decisions USING btree (visitor_key) WHERE visitor_key IS NOT NULL;
CREATE TRIGGER answer_kept BEFORE UPDATE ON coupon_decisions FOR EACH ROW WHEN (new.customer_key IS NOT NULL OR new.visitor_key IS NOT NULL OR new.decided_at <> old.decided_at OR new.inputs::text <> old.inputs::text OR new.answer::text <> old.answer::text) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE DELETE ON coupon_decisions FOR EACH ROW EXECUTE FUNCTION refuse_change();

create table coupon_ledger (
  entry_id bigint generated always as identity,
  coupon_key bigint not null,
  campaign_key integer not null,
  kind text not null,
  reserved_minor bigint not null,
  redeemed_minor bigint default 0 not null,
  order_id text collate "C",
  occurred_at timestamptz not null,
  use_id bigint not null,
  reversal_key bigint,
  units integer default 0 not null,
  reversed_minor bigint default 0 not null,
  constraint coupon_ledger_pkey PRIMARY KEY (entry_id),
  constraint coupon_ledger_kind_check CHECK (kind = ANY (ARRAY['reservation'::text, 'redemption'::text, 'restatement'::text, 'expiry'::text, 'release'::text, 'reversal'::text])),
  constraint coupon_ledger_reversal_named CHECK ((kind = 'reversal'::text) = (reversal_key IS NOT NULL))
);
comment on table coupon_ledger is 'Append-only: what was reserved, redeemed, given back and reversed.';
comment on column coupon_ledger.kind is 'restatement: the discount of a redemption changes by redeemed_minor, which may be less than nothing.';
comment on column coupon_ledger.units is 'The change in what is held. The three sums of money are changes too; reversed is counted on its own.';
CREATE UNIQUE INDEX booked_once ON coupon_ledger USING btree (reversal_key) WHERE kind = 'reversal'::text;
CREATE UNIQUE INDEX ended_once ON coupon_ledger USING btree (use_id) WHERE kind = ANY (ARRAY['redemption'::text, 'expiry'::text, 'release'::text]);
CREATE UNIQUE INDEX reserved_once ON coupon_ledger USING btree (use_id) WHERE kind = 'reservation'::text;
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON coupon_ledger FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON coupon_ledger FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

create table coupon_reversals (
  reversal_key bigint generated always as identity,
  reversal_id text collate "C",
  use_id bigint not null,
  amount_minor bigint not null,
  unit_given_back boolean not null,
  content_hash bytea not null,
  reversed_at timestamptz not null,
  constraint coupon_reversals_pkey PRIMARY KEY (reversal_key),
  constraint reversed_once UNIQUE (reversal_id, use_id),
  constraint coupon_reversals_amount_minor_check CHECK (amount_minor >= 0)
);
comment on table coupon_reversals is 'An order cancelled or partly refunded: of a use, once.';
comment on column coupon_reversals.reversal_id is 'The shop''s own id. null: no refund of the shop''s, but a redemption that others of its order left nothing to give.';
CREATE INDEX coupon_reversals_reversed_at_idx ON coupon_reversals USING btree (reversed_at);

create table coupon_uses (
  use_id bigint generated always as identity,
  coupon_key bigint not null,
  campaign_key integer not null,
  customer_key integer,
  state text not null,
  reserved_minor bigint not null,
  discount_minor bigint,
  reversed_minor bigint default 0 not null,
  order_id text collate "C",
  taken_at timestamptz not null,
  expires_at timestamptz,
  redeemed_at timestamptz,
  day date not null,
  week date not null,
  month date not null,
  lines_hash bytea,
  terms_key integer not null,
  visitor_key bigint,
  constraint coupon_uses_pkey PRIMARY KEY (use_id),
  constraint coupon_uses_discount_minor_check CHECK (discount_minor >= 0),
  constraint coupon_uses_redeemed_since CHECK ((state = ANY (ARRAY['redeemed'::text, 'partly-reversed'::text, 'reversed'::text])) = (redeemed_at IS NOT NULL)),
  constraint coupon_uses_reserved_minor_check CHECK (reserved_minor >= 0),
  constraint coupon_uses_reserved_until CHECK ((state = 'reserved'::text) <= (expires_at IS NOT NULL)),
  constraint coupon_uses_reversed_within_discount CHECK (reversed_minor >= 0 AND reversed_minor <= COALESCE(discount_minor, 0::bigint)),
  constraint coupon_uses_state_check CHECK (state = ANY (ARRAY['reserved'::text, 'redeemed'::text, 'partly-reversed'::text, 'reversed'::text, 'expired'::text, 'released'::text]))
);
comment on table coupon_uses is 'One unit of a campaign, from the moment it is taken: reserved, redeemed, reversed, or given back before.';
comment on column coupon_uses.day is 'In the campaign''s time zone when it was taken; so are week and month.';
comment on column coupon_uses.lines_hash is 'The lines that an order''s codes were redeemed on. null: from before they were kept.';
comment on column coupon_uses.terms_key is 'What it was taken under.';
comment on column coupon_uses.visitor_key is 'The visitor who was given it as nobody by name; customer_key is then who redeemed it by name, and it counts for the visitor.';
CREATE INDEX coupon_uses_campaign_key_expires_at_idx ON coupon_uses USING btree (campaign_key, expires_at) WHERE state = 'reserved'::text;
CREATE INDEX coupon_uses_coupon_key_idx ON coupon_uses USING btree (coupon_key);
CREATE INDEX coupon_uses_customer_key_campaign_key_idx ON coupon_uses USING btree (customer_key, campaign_key) WHERE customer_key IS NOT NULL;
CREATE INDEX coupon_uses_order_id_idx ON coupon_uses USING btree (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX coupon_uses_redeemed_at_idx ON coupon_uses USING btree (redeemed_at) WHERE redeemed_at IS NOT NULL;
CREATE INDEX coupon_uses_visitor_key_campaign_key_idx ON coupon_uses USING btree (visitor_key, campaign_key) WHERE visitor_key IS NOT NULL;
CREATE UNIQUE INDEX use_once_an_order ON coupon_uses USING btree (coupon_key, order_id) WHERE order_id IS NOT NULL AND state <> 'reversed'::text;

create table coupons (
  coupon_key bigint generated always as identity,
  code text collate "C" not null,
  campaign_key integer not null,
  customer_key integer,
  decision_id bigint,
  issued_at timestamptz not null,
  valid_until timestamptz,
  kind text default 'issued'::text not null,
  usage_limit integer default 1,
  held integer default 0 not null,
  batch_id text collate "C",
  terms_key integer,
  stopped_at timestamptz,
  replaces bigint,
  visitor_key bigint,
  constraint coupons_pkey PRIMARY KEY (coupon_key),
  constraint coupons_code_key UNIQUE (code),
  constraint code_limit_kept CHECK (held <= usage_limit),
  constraint coupons_held_check CHECK (held >= 0),
  constraint coupons_issued_under_terms CHECK (kind <> 'issued'::text OR terms_key IS NOT NULL),
  constraint coupons_kind_check CHECK (kind = ANY (ARRAY['issued'::text, 'single'::text, 'shared'::text])),
  constraint coupons_of_one_person CHECK (customer_key IS NULL OR visitor_key IS NULL),
  constraint coupons_terms_until CHECK (terms_key IS NULL OR valid_until IS NOT NULL),
  constraint coupons_usage_limit_check CHECK (usage_limit > 0)
);
comment on table coupons is 'Codes. issued: made by a decision for one customer, its unit is reserved from then on. single, shared: made in bulk or by name, a unit is taken when they are redeemed.';
comment on column coupons.valid_until is 'null: as long as its campaign.';
comment on column coupons.held is 'Units held through a single or shared code.';
comment on column coupons.terms_key is 'What it was issued under, which holds for it for ever. null: a code that nobody was given, which follows its campaign.';
comment on column coupons.stopped_at is 'From then on it is refused for ever; what was redeemed with it stays. null: it was not stopped.';
comment on column coupons.replaces is 'The coupon_key of the code that was stopped and whose place it takes. null: of none.';
comment on column coupons.visitor_key is 'The visitor who was given it as nobody by name. null: not given so, or the person was erased.';
CREATE INDEX coupons_campaign_key_batch_id_coupon_key_idx ON coupons USING btree (campaign_key, batch_id, coupon_key) WHERE batch_id IS NOT NULL;
CREATE INDEX coupons_customer_key_campaign_key_idx ON coupons USING btree (customer_key, campaign_key) WHERE customer_key IS NOT NULL;
CREATE INDEX coupons_issued_at_idx ON coupons USING btree (issued_at) WHERE kind = 'issued'::text;
CREATE UNIQUE INDEX coupons_replaced_once ON coupons USING btree (replaces) WHERE replaces IS NOT NULL;
CREATE INDEX coupons_visitor_key_idx ON coupons USING btree (visitor_key) WHERE visitor_key IS NOT NULL;

create table customer_attributes (
  name text collate "C" not null,
  type text not null,
  personal boolean default false not null,
  description text,
  stated_at timestamptz not null,
  constraint customer_attributes_pkey PRIMARY KEY (name),
  constraint customer_attributes_description_check CHECK (length(description) >= 1 AND length(description) <= 500),
  constraint customer_attributes_name_check CHECK (length(name) >= 1 AND length(name) <= 64),
  constraint customer_attributes_type_check CHECK (type = ANY (ARRAY['text'::text, 'number'::text, 'date'::text, 'yes-no'::text, 'list'::text]))
);
comment on table customer_attributes is 'Attributes of customers whose type the shop has stated.';
comment on column customer_attributes.personal is 'No value of it is shown as an example.';
CREATE CONSTRAINT TRIGGER audit_delete AFTER DELETE ON customer_attributes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_change('customer-attribute', 'type personal description', 'name');
CREATE CONSTRAINT TRIGGER audit_insert AFTER INSERT ON customer_attributes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_change('customer-attribute', 'type personal description', 'name');
CREATE CONSTRAINT TRIGGER audit_update AFTER UPDATE ON customer_attributes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (old.type <> new.type OR old.personal <> new.personal OR old.description IS DISTINCT FROM new.description) EXECUTE FUNCTION note_change('customer-attribute', 'type personal description', 'name');

create table customer_lists (
  version integer not null,
  customer_key integer not null,
  list bytea not null,
  constraint customer_lists_pkey PRIMARY KEY (customer_key, version),
  constraint customer_lists_list_check CHECK ((length(list) % 13) = 0)
) partition by LIST (version);
comment on table customer_lists is 'Served: the lists of customers, as of the night.';
comment on column customer_lists.list is 'Of N items, best first: N keys and N keys of the items that speak for them (int4; 0: none), N scores (float4), N times the source and, 4 times its number above that, what brought the item up in the learnt order (one byte; 0: nothing that has words). The highest byte first.';

create table customer_segments (
  version integer not null,
  customer_key integer not null,
  recency_days integer not null,
  frequency integer not null,
  monetary_minor bigint not null,
  recency_score smallint not null,
  frequency_score smallint not null,
  monetary_score smallint not null,
  customer_group text not null,
  group_since timestamptz not null,
  previous_group text,
  cluster smallint not null,
  cluster_since timestamptz not null,
  average_order_minor bigint not null,
  average_unit_price numeric(18,6) not null,
  discount_share real,
  klaviyo_code smallint,
  klaviyo_group text,
  klaviyo_since timestamptz,
  constraint customer_segments_pkey PRIMARY KEY (customer_key, version)
) partition by LIST (version);
comment on table customer_segments is 'Served: figures, groups and clusters of customers.';
comment on column customer_segments.klaviyo_code is 'null: learnt before there were Klaviyo''s groups.';

create table customer_tags (
  version integer not null,
  customer_key integer not null,
  category_keys integer[],
  brand_keys integer[],
  price_band text,
  price_level real,
  price_lines integer,
  price_sensitivity text,
  sensitivity_score real,
  discount_share real,
  discount_lines integer,
  coupon_share real,
  coupon_orders integer,
  full_price_abandoned real,
  full_price_interests integer,
  discounted_abandoned real,
  discounted_interests integer,
  day_part text,
  day_part_share real,
  weekday text,
  weekday_share real,
  active_hours integer,
  channel_key integer,
  channel_share real,
  channel_events integer,
  life_cycle_stage text,
  days_since_order integer,
  usual_gap real,
  gaps integer,
  next_order_at timestamptz,
  next_order_source text,
  category_shares real[],
  category_recency_weights real[],
  category_lines integer[],
  brand_shares real[],
  brand_recency_weights real[],
  brand_lines integer[],
  constraint customer_tags_pkey PRIMARY KEY (customer_key, version)
) partition by LIST (version);
comment on table customer_tags is 'Served: a row a customer. null: below the minimum support.';
comment on column customer_tags.category_keys is 'The preferred categories, first the most preferred; the other columns about categories have a figure for each.';
comment on column customer_tags.brand_keys is 'The preferred brands, first the most preferred; the other columns about brands have a figure for each.';

create table customer_values (
  version integer not null,
  customer_key integer not null,
  expected_orders real not null,
  order_value_minor bigint,
  revenue_minor bigint,
  alive_probability real,
  next_order_at timestamptz,
  likelier_than real not null,
  constraint customer_values_pkey PRIMARY KEY (customer_key, version)
) partition by LIST (version);
comment on table customer_values is 'Served: what each customer is expected to bring.';

create table customers (
  customer_key integer generated always as identity,
  customer_id text collate "C" not null,
  attributes jsonb default '{}'::jsonb not null,
  profiling_allowed boolean default true not null,
  updated_at timestamptz,
  created_at timestamptz default clock_timestamp() not null,
  registered_at timestamptz,
  told_at timestamptz,
  constraint customers_pkey PRIMARY KEY (customer_key),
  constraint customers_customer_id_key UNIQUE (customer_id),
  constraint customers_customer_id_check CHECK (length(customer_id) >= 1 AND length(customer_id) <= 128)
);
comment on table customers is 'Customers by the shop''s id.';
comment on column customers.profiling_allowed is 'False: the person objected to profiling.';
comment on column customers.registered_at is 'When the customer became one with an account, as the shop tells. null: not told.';
comment on column customers.told_at is 'When the last word on the customer came in. null: before that was kept, or there was none.';
CREATE INDEX customers_folded_id_idx ON customers USING btree (lower(customer_id), customer_id);
CREATE INDEX customers_registered_at_idx ON customers USING btree (registered_at) WHERE registered_at IS NOT NULL;
CREATE TRIGGER keep_objection BEFORE INSERT ON customers FOR EACH ROW EXECUTE FUNCTION keep_objection();

create table defined_segments (
  segment_key integer generated always as identity,
  segment_id text collate "C" not null,
  name text not null,
  definition jsonb,
  created_at timestamptz not null,
  live boolean default false not null,
  followed_until timestamptz,
  reconciled_at timestamptz,
  corrected integer,
  constraint defined_segments_pkey PRIMARY KEY (segment_key),
  constraint defined_segments_segment_id_key UNIQUE (segment_id),
  constraint defined_segments_id_of_its_kind CHECK (segment_id ~~
CASE
    WHEN definition IS NULL THEN 'list-%'::text
    ELSE 'rule-%'::text
END),
  constraint defined_segments_live_check CHECK (NOT live OR definition IS NOT NULL AND followed_until IS NOT NULL)
);
comment on table defined_segments is 'Segments that a person defined.';
comment on column defined_segments.definition is 'null: a list that the shop keeps.';
comment on column defined_segments.live is 'Members follow facts as they come in.';
comment on column defined_segments.followed_until is 'Of a live one: the moment up to which passing time has been heeded. null: is not live.';
comment on column defined_segments.reconciled_at is 'Of a live one: when its members were last found anew as a whole. null: not since it was made.';
comment on column defined_segments.corrected is 'How many members were then not as they should have been. null: not looked yet.';
CREATE CONSTRAINT TRIGGER audit_delete AFTER DELETE ON defined_segments DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_change('segment', 'name definition', 'segment_id');
CREATE CONSTRAINT TRIGGER audit_insert AFTER INSERT ON defined_segments DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_change('segment', 'name definition', 'segment_id');
CREATE CONSTRAINT TRIGGER audit_update AFTER UPDATE ON defined_segments DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (old.name IS DISTINCT FROM new.name OR old.definition IS DISTINCT FROM new.definition) EXECUTE FUNCTION note_change('segment', 'name definition', 'segment_id');

create table demand_forecast_progress (
  singleton boolean default true not null,
  made_at timestamptz not null,
  first_day date not null,
  history_days integer not null,
  constraint demand_forecast_progress_pkey PRIMARY KEY (singleton),
  constraint demand_forecast_progress_singleton_check CHECK (singleton)
);
comment on table demand_forecast_progress is 'One row: when the forecasts were made, from which day on, and from how many days before it.';

create table demand_forecasts (
  of text collate "C" not null,
  place integer not null,
  member text collate "C" not null,
  category text collate "C" not null,
  method text not null,
  demand_class text not null,
  judged_weeks integer not null,
  error real,
  seasonal_naive_error real,
  days real[] not null,
  weeks real[] not null,
  horizon real[] not null,
  constraint demand_forecasts_pkey PRIMARY KEY (of, place),
  constraint demand_forecasts_of_member_key UNIQUE (of, member),
  constraint demand_forecasts_of_check CHECK (of = ANY (ARRAY['item'::text, 'category'::text]))
);
comment on table demand_forecasts is 'What will be asked for of each item and category with sales, as the latest night foresaw it.';
comment on column demand_forecasts.place is 'From 1, by what is asked for within the horizon, most first.';
comment on column demand_forecasts.member is 'The item''s id, or the category as the catalogue has it; empty: without one.';
comment on column demand_forecasts.error is 'Mean |sold - foreseen| of a week of the past, by the method chosen. null: too young to be judged.';
comment on column demand_forecasts.days is 'Five rows: expected units of each day, and what they are above and below in 80 % and in 95 % of cases (low80, high80, low95, high95).';
comment on column demand_forecasts.weeks is 'The same of sums of seven days.';
comment on column demand_forecasts.horizon is 'The same of the sum of all days.';
CREATE INDEX demand_forecasts_category_idx ON demand_forecasts USING btree (of, category, place);

create table dropped_event_periods (
  partition_name text collate "C" not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  dropped_at timestamptz default clock_timestamp() not null,
  forgotten_at timestamptz,
  constraint dropped_event_periods_pkey PRIMARY KEY (partition_name),
  constraint dropped_event_periods_order_check CHECK (starts_at < ends_at)
);
comment on table dropped_event_periods is 'Stretches of time of which the events were dropped because their retention had passed. Days within them keep what was counted of them.';
comment on column dropped_event_periods.partition_name is 'Of the partition; `earlier`: of partitions dropped before this was written down.';
comment on column dropped_event_periods.forgotten_at is 'When the keys of who was counted from these events were taken out of the roll-ups; weeks and months around keep what was counted. null: not yet.';

create table embedding_length (
  is_only boolean default true not null,
  length smallint not null,
  constraint embedding_length_pkey PRIMARY KEY (is_only),
  constraint embedding_length_length_key UNIQUE (length),
  constraint embedding_length_is_only_check CHECK (is_only),
  constraint embedding_length_length_check CHECK (length >= 1 AND length <= 2048)
);
comment on table embedding_length is 'How many numbers each embedding of an item has: one row, or none before the first.';

create table engine_jobs (
  training_run_id bigint not null,
  lease_name text not null,
  lease_holder text not null,
  plan jsonb not null,
  driver text,
  stage text default 'submitting'::text not null,
  heartbeat_at timestamptz default clock_timestamp() not null,
  error text,
  constraint engine_jobs_pkey PRIMARY KEY (training_run_id)
);
comment on table engine_jobs is 'Learning: what engines on other machines work out for runs under way.';

create table engine_results (
  training_run_id bigint not null,
  part text not null,
  keys integer[] not null,
  numbers double precision[] not null,
  constraint engine_results_pkey PRIMARY KEY (training_run_id, part, keys)
);
comment on table engine_results is 'Learning: what they have worked out, until its run has read it.';

create table erased_people (
  person_hash bytea not null,
  erased_at timestamptz not null,
  profiling_allowed boolean not null,
  constraint erased_people_pkey PRIMARY KEY (person_hash)
);
comment on table erased_people is 'Who was erased, by a hash: facts of before are refused, and an objection to profiling is remembered.';
CREATE CONSTRAINT TRIGGER audit_insert AFTER INSERT ON erased_people DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_change('erasure', 'profiling_allowed', '');
CREATE CONSTRAINT TRIGGER audit_update AFTER UPDATE ON erased_people DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (old.erased_at IS DISTINCT FROM new.erased_at) EXECUTE FUNCTION note_change('erasure', 'profiling_allowed', '');

create table erasure_key (
  singleton boolean default true not null,
  key bytea not null,
  constraint erasure_key_pkey PRIMARY KEY (singleton),
  constraint erasure_key_singleton_check CHECK (singleton)
);
comment on table erasure_key is 'The key of the hashes of erased people, made here; it never leaves the database.';

create table event_keys (
  event_id text collate "C" not null,
  occurred_at timestamptz not null,
  constraint event_keys_pkey PRIMARY KEY (event_id)
);
comment on table event_keys is 'Ids of events, each of which is taken once: a unique key of a partitioned table would have to contain the time.';
CREATE INDEX event_keys_occurred_at_idx ON event_keys USING btree (occurred_at);

create table events (
  event_key bigint generated always as identity,
  event_id text collate "C" not null,
  type event_type not null,
  customer_key integer,
  visitor_key bigint,
  item_key integer,
  occurred_at timestamptz not null,
  received_at timestamptz default clock_timestamp() not null,
  list_id uuid,
  list_position integer,
  query text,
  name text,
  properties jsonb,
  session_id text collate "C",
  path text,
  device text collate "C",
  campaign text collate "C",
  dwell_seconds integer,
  rating smallint,
  topic text collate "C",
  order_id text collate "C",
  results integer,
  page jsonb,
  constraint events_pkey PRIMARY KEY (event_key, occurred_at)
) partition by RANGE (occurred_at);
comment on table events is 'Behaviour. A partition a month (before 2020 a year), made by intake before its first event is written.';
comment on column events.list_id is 'The list from which it came, as in served_lists.';
comment on column events.list_position is 'Where on its list the item stood.';
comment on column events.session_id is 'The session as the shop''s collector names it. null: it is cut where the visitor is silent.';
comment on column events.campaign is 'Name of the campaign that led to the page, as in costs.';
comment on column events.dwell_seconds is 'Of a ping: seconds that the page has been looked at so far.';
comment on column events.order_id is 'Of a review or complaint: the order''s id as the shop has it, also of one that is not known.';
comment on column events.results is 'Of a search: how many results were shown.';
comment on column events.page is 'What is told of the page beside path, device and campaign: referrer, language, source, medium, term, content.';
CREATE INDEX events_customer_key_occurred_at_idx ON ONLY events USING btree (customer_key, occurred_at DESC) WHERE customer_key IS NOT NULL;
CREATE INDEX events_occurred_at_idx ON ONLY events USING btree (occurred_at);
CREATE INDEX events_visitor_key_occurred_at_idx ON ONLY events USING btree (visitor_key, occurred_at DESC) WHERE visitor_key IS NOT NULL;

create table experiment_assignments (
  assignment_id bigint generated always as identity,
  experiment_key integer not null,
  customer_key integer,
  arm text not null,
  control_share numeric(6,4) not null,
  holdout_share numeric(6,4) not null,
  decision_id bigint not null,
  assigned_at timestamptz not null,
  visitor_key bigint,
  constraint experiment_assignments_pkey PRIMARY KEY (assignment_id),
  constraint experiment_assignments_arm_check CHECK (arm = ANY (ARRAY['treatment'::text, 'control'::text, 'holdout'::text])),
  constraint experiment_assignments_of_one_person CHECK (customer_key IS NULL OR visitor_key IS NULL)
);
comment on table experiment_assignments is 'The arm in which a customer, or a visitor who is nobody by name, was when an experiment first considered them.';
CREATE UNIQUE INDEX assigned_once ON experiment_assignments USING btree (experiment_key, customer_key);
CREATE INDEX experiment_assignments_customer_key_idx ON experiment_assignments USING btree (customer_key) WHERE customer_key IS NOT NULL;
CREATE INDEX experiment_assignments_visitor_key_idx ON experiment_assignments USING btree (visitor_key) WHERE visitor_key IS NOT NULL;
CREATE UNIQUE INDEX visitor_assigned_once ON experiment_assignments USING btree (experiment_key, visitor_key) WHERE visitor_key IS NOT NULL;

create table experiments (
  experiment_key integer generated always as identity,
  kind text collate "C" not null,
  experiment_id text collate "C" not null,
  constraint experiments_pkey PRIMARY KEY (experiment_key),
  constraint experiments_known_by UNIQUE (kind, experiment_id)
);
comment on table experiments is 'What has arms, by its kind and its id among those of its kind.';

create table failed_code_days (
  day date not null,
  reason text collate "C" not null,
  tries bigint not null,
  constraint failed_code_days_pkey PRIMARY KEY (day, reason),
  constraint failed_code_days_tries_check CHECK (tries > 0)
);
comment on table failed_code_days is 'How often coupon codes were tried in vain, by local day and why: neither which codes nor by whom.';
comment on column failed_code_days.reason is 'The outcome: unknown-code of every code that was asked about, the others of codes that were to be redeemed.';

create table feed_items (
  feed text collate "C" not null,
  item_id text collate "C" not null,
  gone_at timestamptz,
  is_hidden boolean default false not null,
  constraint feed_items_pkey PRIMARY KEY (feed, item_id)
);
comment on table feed_items is 'Items that feeds hold, or held when they were pulled last.';
comment on column feed_items.gone_at is 'Since when the feed holds it no more; null: it does.';
comment on column feed_items.is_hidden is 'It was hidden because it vanished, so that it is shown again when it comes back.';
CREATE INDEX feed_items_hidden_idx ON feed_items USING btree (item_id) WHERE is_hidden;
CREATE INDEX feed_items_item_id_idx ON feed_items USING btree (item_id);

create table feeds (
  name text collate "C" not null,
  url text not null,
  shown_url text not null,
  missing text collate "C" not null,
  set_at timestamptz not null,
  asked_at timestamptz,
  accept_fewer boolean default false not null,
  due_at timestamptz not null,
  etag text,
  last_modified text,
  hash bytea,
  outcome text collate "C",
  pulled_at timestamptz,
  succeeded_at timestamptz,
  problem text,
  import_id bigint,
  items integer,
  facts integer,
  quarantined integer,
  merged integer,
  hidden integer default 0 not null,
  shown integer default 0 not null,
  constraint feeds_pkey PRIMARY KEY (name),
  constraint feeds_missing_check CHECK (missing = ANY (ARRAY['keep'::text, 'hide'::text])),
  constraint feeds_outcome_check CHECK (outcome = ANY (ARRAY['pulling'::text, 'taken-in'::text, 'unchanged'::text, 'fewer'::text, 'failed'::text]))
);
comment on table feeds is 'Catalogues that are pulled from an address every hour, and what became of the last pull.';
comment on column feeds.url is 'Whole: it may hold a password or a token, and is never told.';
comment on column feeds.shown_url is 'Without them, as it is told.';
comment on column feeds.missing is 'What becomes of items that vanish.';
comment on column feeds.asked_at is 'When somebody last asked for a pull besides those of every hour.';
comment on column feeds.accept_fewer is 'Somebody has said so: though more than half of its items have vanished.';
comment on column feeds.hash is 'SHA-256 of the file that was taken in last, as it came; null: it is read whatever the server says.';
comment on column feeds.import_id is 'That the last pull was taken in by, or refused.';
CREATE CONSTRAINT TRIGGER audit_delete AFTER DELETE ON feeds DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_change('feed', 'shown_url missing set_at', 'name');
CREATE CONSTRAINT TRIGGER audit_insert AFTER INSERT ON feeds DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_change('feed', 'shown_url missing set_at', 'name');
CREATE CONSTRAINT TRIGGER audit_update AFTER UPDATE ON feeds DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (old.set_at IS DISTINCT FROM new.set_at OR old.asked_at IS DISTINCT FROM new.asked_at) EXECUTE FUNCTION note_change('feed', 'shown_url missing set_at asked_at accept_fewer', 'name');

create table giving_customers (
  giving_key integer not null,
  customer_key integer not null,
  decision_id bigint,
  outcome text collate "C" not null,
  code text collate "C",
  constraint giving_customers_pkey PRIMARY KEY (giving_key, customer_key),
  constraint giving_customers_code_where_granted CHECK ((outcome = 'granted'::text) = (code IS NOT NULL))
);
comment on table giving_customers is 'Who got what by a giving, each once. Whoever is erased is in it no more.';
comment on column giving_customers.decision_id is 'null: a code to hand on, which nothing is decided about.';
comment on column giving_customers.code is 'null: none was given, for the reason that is the outcome.';
CREATE INDEX giving_customers_customer_key_idx ON giving_customers USING btree (customer_key);

create table holdout_considerations (
  customer_key integer,
  holdout_id integer not null,
  arm text not null,
  considered_at timestamptz not null,
  consideration_id bigint generated always as identity,
  constraint holdout_considerations_pkey PRIMARY KEY (consideration_id),
  constraint considered_once UNIQUE (customer_key, holdout_id),
  constraint holdout_considerations_arm_check CHECK (arm = ANY (ARRAY['treatment'::text, 'control'::text, 'holdout'::text]))
);
comment on table holdout_considerations is 'When a customer was first considered by any campaign, or first asked for a list, while this row of the holdouts held, and in which arm.';

create table holdout_visitors (
  visitor_key bigint not null,
  holdout_id integer not null,
  arm text not null,
  considered_at timestamptz not null,
  constraint holdout_visitors_pkey PRIMARY KEY (visitor_key, holdout_id),
  constraint holdout_visitors_arm_check CHECK (arm = ANY (ARRAY['treatment'::text, 'holdout'::text]))
);
comment on table holdout_visitors is 'When a visitor who was nobody by name was first shown a list while this row of the holdouts held, and in which arm: whoever turns out to be a customer may have been drawn into the other.';

create table holdouts (
  holdout_id integer generated always as identity,
  share numeric(6,4) not null,
  exploration_share numeric(6,4) not null,
  salt text not null,
  since timestamptz default clock_timestamp() not null,
  kind text default 'coupons'::text not null,
  constraint holdouts_pkey PRIMARY KEY (holdout_id),
  constraint holdouts_exploration_share_check CHECK (exploration_share >= 0::numeric AND exploration_share <= 0.2),
  constraint holdouts_kind_check CHECK (kind = ANY (ARRAY['coupons'::text, 'lists'::text])),
  constraint holdouts_share_check CHECK (share = 0::numeric OR
CASE kind
    WHEN 'coupons'::text THEN share >= 0.01 AND share <= 0.15
    ELSE share >= 0.005 AND share <= 0.05
END)
);
comment on table holdouts is 'Who gets no offer at all, or no personal list, for comparison. The newest row of its kind holds; the salt stays, so that a larger share only adds customers.';
comment on column holdouts.kind is 'What it is held out of: all coupons, or personal lists (popular ones instead).';
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON holdouts FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE CONSTRAINT TRIGGER audit_insert AFTER INSERT ON holdouts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_holdout();

create table idempotent_answers (
  operation text not null,
  key_id bigint not null,
  idempotency_key text collate "C" not null,
  body_hash bytea not null,
  answer json,
  customer_key integer,
  created_at timestamptz default clock_timestamp() not null,
  visitor_key bigint,
  constraint idempotent_answers_pkey PRIMARY KEY (operation, key_id, idempotency_key)
);
comment on table idempotent_answers is 'What a write with an Idempotency-Key was answered, written in the transaction of the write itself.';
comment on column idempotent_answers.customer_key is 'Whom the request names, so that it goes with them.';
comment on column idempotent_answers.visitor_key is 'The visitor whom the request names alone, so that it goes with them.';
CREATE INDEX idempotent_answers_created_at_idx ON idempotent_answers USING btree (created_at);
CREATE INDEX idempotent_answers_customer_key_idx ON idempotent_answers USING btree (customer_key) WHERE customer_key IS NOT NULL;
CREATE INDEX idempotent_answers_visitor_key_idx ON idempotent_answers USING btree (visitor_key) WHERE visitor_key IS NOT NULL;

create table identity_links (
  visitor_key bigint not null,
  customer_key integer not null,
  appeared_at timestamptz not null,
  valid_from timestamptz not null,
  valid_until timestamptz default 'infinity'::timestamp with time zone not null,
  constraint identity_links_pkey PRIMARY KEY (visitor_key, valid_from)
);
comment on table identity_links is 'A visitor is a customer while valid_from <= t < valid_until; facts keep the ids as sent, and links are resolved at read.';
CREATE INDEX identity_links_customer_key_idx ON identity_links USING btree (customer_key);

create table imports (
  import_id bigint generated always as identity,
  kind text not null,
  file text not null,
  status text default 'running'::text not null,
  started_at timestamptz default clock_timestamp() not null,
  finished_at timestamptz,
  options jsonb default '{}'::jsonb not null,
  report jsonb,
  progress jsonb,
  problem jsonb,
  constraint imports_pkey PRIMARY KEY (import_id),
  constraint imports_kind_check CHECK (kind = ANY (ARRAY['orders'::text, 'items'::text, 'customers'::text, 'events'::text, 'refunds'::text, 'costs'::text, 'market-figures'::text, 'campaigns'::text, 'recipients'::text, 'coupons'::text, 'redemptions'::text])),
  constraint imports_status_check CHECK (status = ANY (ARRAY['running'::text, 'finished'::text, 'failed'::text]))
);
comment on table imports is 'Imports of files.';
comment on column imports.options is 'How the file was read, so that its quarantined rows can be read again in the same way.';
comment on column imports.progress is 'How far it is, as of a second ago or less. null: it was not told.';
comment on column imports.problem is 'Why it failed. null: it did not, or its process died.';
CREATE CONSTRAINT TRIGGER audit_insert AFTER INSERT ON imports DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_change('import', 'kind', 'import_id');

create table indicator_alarms (
  alarm_id text collate "C" not null,
  indicator_id text collate "C" not null,
  dimension text collate "C",
  member text collate "C",
  grain text not null,
  condition text not null,
  threshold double precision,
  false_alarm_rate real,
  next_period date not null,
  changed_at timestamptz default clock_timestamp() not null,
  constraint indicator_alarms_pkey PRIMARY KEY (alarm_id),
  constraint indicator_alarms_condition_check CHECK (
CASE
    WHEN condition = ANY (ARRAY['above'::text, 'below'::text]) THEN threshold IS NOT NULL AND false_alarm_rate IS NULL
    WHEN condition = ANY (ARRAY['rises'::text, 'falls'::text]) THEN threshold IS NULL AND false_alarm_rate IS NOT NULL
    ELSE false
END),
  constraint indicator_alarms_grain_check CHECK (grain = ANY (ARRAY['day'::text, 'week'::text, 'month'::text])),
  constraint indicator_alarms_member_check CHECK ((dimension IS NULL) = (member IS NULL))
);
comment on table indicator_alarms is 'When an indicator raises an alarm: beyond a threshold, or by a rise or fall beyond noise.';
comment on column indicator_alarms.threshold is 'In the indicator''s unit; money in whole units of the currency.';
comment on column indicator_alarms.false_alarm_rate is 'Share of periods in which chance alone may raise one.';
comment on column indicator_alarms.next_period is 'First day of the period that is looked at next, when it is over and counted.';
CREATE INDEX indicator_alarms_next_period_idx ON indicator_alarms USING btree (next_period);
CREATE CONSTRAINT TRIGGER audit_delete AFTER DELETE ON indicator_alarms DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_change('indicator-alarm', 'indicator_id dimension member grain condition threshold false_alarm_rate', 'alarm_id');
CREATE CONSTRAINT TRIGGER audit_insert AFTER INSERT ON indicator_alarms DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_change('indicator-alarm', 'indicator_id dimension member grain condition threshold false_alarm_rate', 'alarm_id');
CREATE CONSTRAINT TRIGGER audit_update AFTER UPDATE ON indicator_alarms DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (old.indicator_id IS DISTINCT FROM new.indicator_id OR old.dimension IS DISTINCT FROM new.dimension OR old.member IS DISTINCT FROM new.member OR old.grain IS DISTINCT FROM new.grain OR old.condition IS DISTINCT FROM new.condition OR old.threshold IS DISTINCT FROM new.threshold OR old.false_alarm_rate IS DISTINCT FROM new.false_alarm_rate) EXECUTE FUNCTION note_change('indicator-alarm', 'indicator_id dimension member grain condition threshold false_alarm_rate', 'alarm_id');

create table indicator_cells (
  measure text collate "C" not null,
  dimension text collate "C" not null,
  grain text collate "C" not null,
  period timestamptz not null,
  member text collate "C" not null,
  amount numeric not null,
  subjects bigint[],
  late_subjects bigint[],
  constraint indicator_cells_pkey PRIMARY KEY (measure, dimension, grain, period, member),
  constraint indicator_cells_grain_check CHECK (grain = ANY (ARRAY['hour'::text, 'day'::text, 'week'::text, 'month'::text])),
  constraint indicator_cells_subjects_counted CHECK ((cardinality(subjects) + COALESCE(cardinality(late_subjects), 0))::numeric = amount)
) with (autovacuum_vacuum_scale_factor=0.05, fillfactor=90);
comment on table indicator_cells is 'Roll-ups: what a measure came to in a period, in all (dimension `all`, member empty) and by members of a dimension. Nothing is written where there was nothing.';
comment on column indicator_cells.period is 'When the period begins in the shop''s zone; weeks begin on Monday.';
comment on column indicator_cells.member is 'Of the dimension, as the shop names it. Empty: the facts do not tell, or all.';
comment on column indicator_cells.amount is 'Money in minor units.';
comment on column indicator_cells.subjects is 'Of distinct measures by day and hour: the keys that were counted, in ascending order, so that a key that comes again counts once, also in weeks and months. null: of all others.';
comment on column indicator_cells.late_subjects is 'Keys that came later to many `subjects`, and are not among them: few enough to be written each time, until they are put among the others. null: none.';

create table instances (
  instance_id uuid not null,
  version text not null,
  release_id integer,
  started_at timestamptz not null,
  last_seen_at timestamptz not null,
  constraint instances_pkey PRIMARY KEY (instance_id)
);
comment on table instances is 'The processes that serve: each says every ten seconds that it is there, and whoever has not for a minute is gone.';
comment on column instances.version is 'Of the package.';
comment on column instances.release_id is 'What lists are made of there; null: no release yet.';
comment on column instances.last_seen_at is 'By the database''s clock, as are all times here.';

create table item_complements (
  version integer not null,
  item_key integer not null,
  co_bought integer[] not null,
  joint_counts integer[] not null,
  confidences real[] not null,
  lifts real[] not null,
  substitutes integer[] not null,
  constraint item_complements_pkey PRIMARY KEY (item_key, version)
) partition by LIST (version);
comment on table item_complements is 'Served: what is bought with an item beyond its rules, and what stands in for it.';
comment on column item_complements.co_bought is 'Items bought with it in one order more often than by chance, the most often first.';
comment on column item_complements.joint_counts is 'Orders that hold both, beside co_bought.';
comment on column item_complements.confidences is 'Of the orders with the item the share that holds the other too, beside co_bought.';
comment on column item_complements.substitutes is 'Items looked at in one session with it more often than by chance, and not bought together.';

create table item_embeddings (
  item_key integer not null,
  length smallint not null,
  numbers bytea not null,
  digest bytea generated always as (sha256(numbers)) stored,
  constraint item_embeddings_pkey PRIMARY KEY (item_key),
  constraint item_embeddings_numbers_check CHECK (octet_length(numbers) = (4 * length))
);
comment on table item_embeddings is 'Embeddings of items, as the shop sent them.';
comment on column item_embeddings.numbers is 'Of single precision, the lowest byte first.';
comment on column item_embeddings.digest is 'Tells whether it is another than one that is held, without reading it.';

create table item_neighbours (
  version integer not null,
  item_key integer not null,
  neighbours integer[] not null,
  weights real[] not null,
  constraint item_neighbours_pkey PRIMARY KEY (item_key, version)
) partition by LIST (version);
comment on table item_neighbours is 'Served: what was liked together with an item.';

create table item_prices (
  item_key integer not null,
  since timestamptz not null,
  price numeric(18,6),
  constraint item_prices_pkey PRIMARY KEY (item_key, since),
  constraint item_prices_price_check CHECK (price >= 0::numeric)
);
comment on table item_prices is 'Prices as the catalogue told them, a row for each change. Prices that only orders told are not here.';
comment on column item_prices.price is 'null: from then on it is not known.';
CREATE INDEX item_prices_since_idx ON item_prices USING btree (since);

create table item_stock_days (
  item_key integer not null,
  day date not null,
  opening integer,
  lowest integer not null,
  closing integer,
  sold_out_seconds integer not null,
  changed_at timestamptz not null,
  known_at timestamptz,
  constraint item_stock_days_pkey PRIMARY KEY (day, item_key)
);
comment on table item_stock_days is 'Stock of an item on a local day: written with each change of stock, and carried over to the days without one when they are over. No row: the stock was not known.';
comment on column item_stock_days.opening is 'At the day''s beginning. null: not known.';
comment on column item_stock_days.lowest is 'The least that was known on the day.';
comment on column item_stock_days.closing is 'At the day''s end, or now. null: it has become unknown.';
comment on column item_stock_days.sold_out_seconds is 'How long it stood at 0 up to changed_at; where closing is 0, the time from changed_at to the day''s end comes on top.';
comment on column item_stock_days.changed_at is 'When the stock changed last on that day; without a change the day''s beginning.';
comment on column item_stock_days.known_at is 'Since when on that day the stock is known, where it was not at its beginning. null: it was.';
CREATE INDEX item_stock_days_item_key_day_idx ON item_stock_days USING btree (item_key, day);
CREATE INDEX item_stock_days_sold_out_idx ON item_stock_days USING btree (item_key, day) WHERE sold_out_seconds > 0 OR closing = 0;

create table item_supplies (
  item_key integer not null,
  last_sold_on date,
  still_since date not null,
  expected_a_day real not null,
  lead_time_days real not null,
  service_level real not null,
  pack_units integer not null,
  reorder_point integer not null,
  order_up_to integer not null,
  safety_stock real not null,
  sold_high integer[] not null,
  sold_low integer[] not null,
  constraint item_supplies_pkey PRIMARY KEY (item_key)
);
comment on table item_supplies is 'What a stock of each item is measured by, as the latest night found it; of all goods that were sold or have a stock.';
comment on column item_supplies.last_sold_on is 'null: not within the past that is looked at.';
comment on column item_supplies.still_since is 'Since this day it has been there to be bought and was not: the latest of its last sale, its last day sold out, and when it came.';
comment on column item_supplies.expected_a_day is 'Units, mean of the next seven days.';
comment on column item_supplies.sold_high is 'Units asked for from the first day foreseen up to each day, which more is asked for in one case of ten.';
comment on column item_supplies.sold_low is 'The same, which less is asked for in one case of ten.';

create table items (
  item_key integer generated always as identity,
  item_id text collate "C" not null,
  title text,
  category text,
  brand text,
  price numeric(18,6),
  list_price numeric(18,6),
  cost numeric(18,6),
  stock integer,
  hidden boolean default false not null,
  available_from timestamptz,
  available_until timestamptz,
  attributes jsonb default '{}'::jsonb not null,
  provisional boolean default false not null,
  is_product boolean default true not null,
  updated_at timestamptz,
  created_at timestamptz default clock_timestamp() not null,
  titled_at timestamptz,
  priced_at timestamptz,
  is_product_by text,
  search_text text collate "C" generated always as (lower((((((((item_id || ' '::text) || COALESCE(title, ''::text)) || ' '::text) || COALESCE(brand, ''::text)) || ' '::text) || COALESCE(category, ''::text)) COLLATE "C"))) stored,
  url text,
  image_url text,
  description text,
  more_categories text[] default '{}'::text[] not null,
  gtin text,
  parent_id text collate "C",
  options jsonb default '{}'::jsonb not null,
  texts jsonb default '{}'::jsonb not null,
  descriptions jsonb default '{}'::jsonb not null,
  markets jsonb,
  told_at timestamptz,
  constraint items_pkey PRIMARY KEY (item_key),
  constraint items_item_id_key UNIQUE (item_id),
  constraint items_cost_check CHECK (cost >= 0::numeric),
  constraint items_is_product_by_check CHECK (is_product_by = ANY (ARRAY['words'::text, 'mapping'::text, 'catalogue'::text])),
  constraint items_item_id_check CHECK (length(item_id) >= 1 AND length(item_id) <= 128),
  constraint items_list_price_check CHECK (list_price >= 0::numeric),
  constraint items_price_check CHECK (price >= 0::numeric),
  constraint items_stock_check CHECK (stock >= 0)
);
comment on table items is 'Catalogue. External ids are the shop''s strings, compared bytewise; elsewhere there are integer keys.';
comment on column items.category is 'The main category path.';
comment on column items.provisional is 'Only facts named it so far; the catalogue has not told of it.';
comment on column items.is_product is 'False: postage, fees and the like, which are not recommended.';
comment on column items.titled_at is 'When the order was that the title of a provisional item is from: the latest told, whatever came in first.';
comment on column items.priced_at is 'When the order was that the price of a provisional item is from.';
comment on column items.is_product_by is 'Who says whether it is a product: the words of its code and title, the mapping of a file, or the catalogue, whose word stands. null: nobody, so it is one.';
comment on column items.search_text is 'What a search looks for words in: id, title, brand and category, with ASCII''s letters in lower case.';
comment on column items.more_categories is 'Its category paths beside the main one.';
comment on column items.parent_id is 'The shop''s id of what it is a variant of, be that an item or not.';
comment on column items.options is 'What tells a variant from its likes: {"size": "M"}.';
comment on column items.texts is 'Title and url by language tag: {"de": {"title": "…"}}.';
comment on column items.descriptions is 'Descriptions by language tag, apart from what lists need: {"de": "…"}.';
comment on column items.markets is 'Price, list price, stock and url by market or store: {"at": {"price": "7.49"}}. null: nothing was told, so that it is sold in all; a market that is not there is one that it is not sold in.';
comment on column items.told_at is 'When the catalogue''s last word came in. null: before that was kept, or it has not spoken yet.';
CREATE INDEX items_folded_id_idx ON items USING btree (lower(item_id), item_id);
CREATE INDEX items_folded_title_idx ON items USING btree ("left"(lower(title COLLATE "C"), 64), item_id);
CREATE CONSTRAINT TRIGGER audit_update AFTER UPDATE ON items DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (old.cost IS NOT NULL AND old.cost IS DISTINCT FROM new.cost) EXECUTE FUNCTION note_figure();

create table known_devices (
  token_hash bytea not null,
  user_key integer not null,
  seen_at timestamptz not null,
  constraint known_devices_pkey PRIMARY KEY (token_hash, user_key)
);
comment on table known_devices is 'Browsers in which a user has signed in before: wrong tries of others do not hinder them there. Only the hash of the cookie is stored.';
CREATE INDEX known_devices_seen_at_idx ON known_devices USING btree (seen_at);
CREATE INDEX known_devices_user_key_idx ON known_devices USING btree (user_key, seen_at);

create table leases (
  name text not null,
  holder text not null,
  expires_at timestamptz not null,
  done_for date,
  constraint leases_pkey PRIMARY KEY (name)
);
comment on table leases is 'Who may do a thing that only one instance should do; kept on the database''s clock.';
comment on column leases.done_for is 'Of the lease `night`: the local date of the last night that is done.';

create table list_counts (
  day date not null,
  placement text collate "C" not null,
  release_id integer not null,
  source text collate "C" not null,
  rule_id text collate "C" not null,
  list_position integer not null,
  arm text not null,
  impressions integer not null,
  clicks integer not null,
  cart_adds integer not null,
  assisted_clicks integer not null,
  assisted_cart_adds integer not null,
  constraint list_counts_pkey PRIMARY KEY (day, placement, release_id, source, rule_id, list_position, arm)
);
comment on table list_counts is 'What lists were seen, clicked and put in the cart from, by the shop''s day. Empty texts and 0: not known, no release, no rule, nobody drawn.';
comment on column list_counts.assisted_clicks is 'Clicks without a list on an item that a list had shown to that person; of the list that showed it last.';
comment on column list_counts.assisted_cart_adds is 'The same of items put in the cart.';

create table list_credits (
  order_key bigint not null,
  line_number integer not null,
  touch_number integer not null,
  touches integer not null,
  day date not null,
  kind text not null,
  touched_at timestamptz not null,
  list_id uuid not null,
  placement text collate "C" not null,
  release_id integer not null,
  source text collate "C" not null,
  rule_id text collate "C" not null,
  list_position integer not null,
  arm text not null,
  constraint list_credits_pkey PRIMARY KEY (order_key, line_number, touch_number),
  constraint list_credits_kind_check CHECK (kind = ANY (ARRAY['line'::text, 'click'::text, 'shown'::text]))
);
comment on table list_credits is 'Which lists a sale line came from: the lists through which its item was clicked in the time before the order, and the one that the line itself names. No money: that is the line''s, less what came back.';
comment on column list_credits.touch_number is 'From 1, the earliest, to `touches`, the last.';
comment on column list_credits.day is 'The shop''s day of the order.';
comment on column list_credits.kind is 'line: the line names the list; click: its item was clicked on the list; shown: neither, but the list showed the item to that person, which assists and earns nothing.';
CREATE INDEX list_credits_day_idx ON list_credits USING btree (day);

create table market_figures (
  month date not null,
  category text collate "C" not null,
  measure text collate "C" not null,
  whose text collate "C" not null,
  value numeric(20,6) not null,
  source text not null,
  received_at timestamptz default clock_timestamp() not null,
  figure_key bigint generated always as identity,
  constraint market_figures_pkey PRIMARY KEY (month, category, measure, whose),
  constraint market_figures_figure_key_key UNIQUE (figure_key),
  constraint market_figures_measure_check CHECK (measure = ANY (ARRAY['sales'::text, 'units'::text, 'users'::text, 'items'::text, 'shared_items'::text, 'price_index'::text])),
  constraint market_figures_month_check CHECK (EXTRACT(day FROM month) = 1::numeric),
  constraint market_figures_value_check CHECK (value >= 0::numeric)
);
comment on table market_figures is 'What others sold, as an outside source says.';
comment on column market_figures.month is 'Its first day.';
comment on column market_figures.category is 'Empty: all goods.';
comment on column market_figures.measure is 'sales in whole currency units, units, users, items on offer, shared_items (of them also ours), price_index (100: our prices).';
comment on column market_figures.whose is '`market` for the whole market, ours included, or a competitor''s name.';
CREATE CONSTRAINT TRIGGER audit_update AFTER UPDATE ON market_figures DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (old.value IS DISTINCT FROM new.value OR old.source IS DISTINCT FROM new.source) EXECUTE FUNCTION note_figure();

create table migrations (
  number integer not null,
  name text not null,
  hash text not null,
  applied_at timestamptz default clock_timestamp() not null,
  constraint migrations_pkey PRIMARY KEY (number)
);
comment on table migrations is 'Which migrations were applied, with the hash of their text.';

create table model_versions (
  kind text not null,
  version integer not null,
  training_run_id bigint,
  as_of timestamptz not null,
  seed integer not null,
  recipe jsonb not null,
  metrics jsonb default '{}'::jsonb not null,
  summary jsonb default '{}'::jsonb not null,
  row_count bigint not null,
  checksum text not null,
  created_at timestamptz default clock_timestamp() not null,
  constraint model_versions_pkey PRIMARY KEY (kind, version)
);
comment on table model_versions is 'Trained models. Which kinds there are is said by the code.';
comment on column model_versions.checksum is 'Of the rows: the same data, seed and recipe give the same.';
CREATE INDEX model_versions_training_run_id_idx ON model_versions USING btree (training_run_id);

create table named_campaigns (
  campaign text collate "C" not null,
  is_told boolean default false not null,
  constraint named_campaigns_pkey PRIMARY KEY (campaign)
);
comment on table named_campaigns is 'Campaigns of which figures are told apart: those that costs name, and of the others the first that were seen. Grows only, and before anything is counted by a name.';
comment on column named_campaigns.is_told is 'Costs named it before it was seen; these are not limited.';

create table named_topics (
  topic text collate "C" not null,
  constraint named_topics_pkey PRIMARY KEY (topic)
);
comment on table named_topics is 'Topics of complaints of which figures are told apart: the first that were seen. Grows only, and before anything is counted by a topic.';

create table newcomer_tastes (
  version integer not null,
  trait text collate "C" not null,
  value text collate "C" not null,
  rest real not null,
  item_keys integer[] not null,
  lifts real[] not null,
  constraint newcomer_tastes_pkey PRIMARY KEY (trait, value, version),
  constraint newcomer_tastes_lifts_check CHECK (cardinality(lifts) = cardinality(item_keys))
) partition by LIST (version);
comment on table newcomer_tastes is 'Served: by what popular goods are weighed for newcomers of whom this is known. A partition a version.';
comment on column newcomer_tastes.trait is 'What is known, such as device, campaign, country.';
comment on column newcomer_tastes.rest is 'Of items that are not named: what their popularity is multiplied by.';
comment on column newcomer_tastes.item_keys is 'Items that enough of these newcomers bought.';
comment on column newcomer_tastes.lifts is 'Beside the items: what their popularity is multiplied by.';

create table newest_behaviours (
  customer_key integer not null,
  since timestamptz not null,
  behaviours bytea not null,
  oldest_event_at timestamptz,
  constraint newest_behaviours_pkey PRIMARY KEY (customer_key),
  constraint newest_behaviours_behaviours_check CHECK ((length(behaviours) % 13) = 0)
);
comment on table newest_behaviours is 'The newest behaviours of customers before a moment; what came after it is read from the facts. Derived: a row whose facts before it change is deleted with the change, and housekeeping writes it anew.';
comment on column newest_behaviours.since is 'Facts from here on are not in it.';
comment on column newest_behaviours.behaviours is 'The newest first; of each its type (a byte), item key (int4) and time (int8, milliseconds), the highest byte first.';
comment on column newest_behaviours.oldest_event_at is 'No event in it is older. null: there is none.';

create table newest_behaviours_bound (
  singleton boolean default true not null,
  until timestamptz not null,
  constraint newest_behaviours_bound_pkey PRIMARY KEY (singleton),
  constraint newest_behaviours_bound_singleton_check CHECK (singleton)
);
comment on table newest_behaviours_bound is 'No row of newest_behaviours has a later moment: facts from here on change none.';

create table order_lines (
  order_key bigint not null,
  line_number integer not null,
  item_key integer not null,
  quantity numeric(12,3) not null,
  unit_price numeric(18,6) not null,
  list_price numeric(18,6),
  amount_minor bigint not null,
  coupon_code text,
  list_id uuid,
  list_position integer,
  unit_cost numeric(18,6),
  constraint order_lines_pkey PRIMARY KEY (order_key, line_number),
  constraint order_lines_list_position_check CHECK (list_position >= 1),
  constraint order_lines_quantity_check CHECK (quantity > 0::numeric),
  constraint order_lines_unit_cost_check CHECK (unit_cost >= 0::numeric),
  constraint order_lines_unit_price_check CHECK (unit_price >= 0::numeric)
);
comment on table order_lines is 'Sale lines. A refund is a fact of its own, and net is computed as of a moment; an edit of the order writes its lines anew, and order_versions keeps those of before.';
comment on column order_lines.list_id is 'The list that it was bought from, as in served_lists.';
comment on column order_lines.list_position is 'Where on its list the item stood that was bought from it.';
comment on column order_lines.unit_cost is 'What a piece cost the shop: as sent, else the item''s cost when the order came in. null: not known.';
CREATE INDEX order_lines_item_key_order_key_idx ON order_lines USING btree (item_key, order_key);

create table order_statuses (
  order_key bigint not null,
  occurred_at timestamptz not null,
  status text collate "C" not null,
  received_at timestamptz default clock_timestamp() not null,
  constraint order_statuses_pkey PRIMARY KEY (order_key, occurred_at, status),
  constraint order_statuses_status_check CHECK (status = ANY (ARRAY['placed'::text, 'paid'::text, 'shipped'::text, 'delivered'::text, 'cancelled'::text]))
);
comment on table order_statuses is 'What became of orders when. An order without a row counts as placed and paid at its time.';

create table order_versions (
  order_key bigint not null,
  version integer not null,
  customer_key integer,
  visitor_key bigint,
  updated_at timestamptz,
  replaced_at timestamptz default clock_timestamp() not null,
  content jsonb not null,
  constraint order_versions_pkey PRIMARY KEY (order_key, version),
  constraint order_versions_version_check CHECK (version >= 1)
);
comment on table order_versions is 'What was known of orders before they were edited. Rows are never changed; they go with their customer.';
comment on column order_versions.version is 'From 1, the first that was known.';
comment on column order_versions.updated_at is 'The shop''s own time of this version. null: not told.';
comment on column order_versions.content is 'Time, terms, lines and statuses; nothing of who bought.';
CREATE INDEX order_versions_customer_key_idx ON order_versions USING btree (customer_key) WHERE customer_key IS NOT NULL;
CREATE INDEX order_versions_visitor_key_idx ON order_versions USING btree (visitor_key) WHERE visitor_key IS NOT NULL;
CREATE TRIGGER append_only BEFORE UPDATE ON order_versions FOR EACH ROW EXECUTE FUNCTION refuse_change();

create table orders (
  order_key bigint generated always as identity,
  order_id text collate "C" not null,
  customer_key integer,
  visitor_key bigint,
  occurred_at timestamptz not null,
  received_at timestamptz default clock_timestamp() not null,
  total_minor bigint not null,
  content_hash bytea not null,
  import_id bigint,
  channel text collate "C",
  store text collate "C",
  shipping_minor bigint,
  tax_minor bigint,
  payment_fee_minor bigint,
  status text collate "C",
  paid_at timestamptz,
  cancelled_at timestamptz,
  fees_minor bigint,
  updated_at timestamptz,
  constraint orders_pkey PRIMARY KEY (order_key),
  constraint orders_order_id_key UNIQUE (order_id),
  constraint orders_channel_check CHECK (channel = ANY (ARRAY['web'::text, 'app'::text, 'store'::text, 'marketplace'::text, 'phone'::text])),
  constraint orders_fees_minor_check CHECK (fees_minor >= 0),
  constraint orders_order_id_check CHECK (length(order_id) >= 1 AND length(order_id) <= 128),
  constraint orders_payment_fee_minor_check CHECK (payment_fee_minor >= 0),
  constraint orders_shipping_minor_check CHECK (shipping_minor >= 0),
  constraint orders_status_check CHECK (status = ANY (ARRAY['placed'::text, 'paid'::text, 'shipped'::text, 'delivered'::text, 'cancelled'::text])),
  constraint orders_tax_minor_check CHECK (tax_minor >= 0)
);
comment on table orders is 'Orders as the shop sent them. Of an erased person no key is left.';
comment on column orders.channel is 'null: not told.';
comment on column orders.shipping_minor is 'What the customer pays for shipping, beside total_minor. null: not told.';
comment on column orders.tax_minor is 'The tax that is in total_minor and shipping_minor. null: not told.';
comment on column orders.payment_fee_minor is 'What the payment costs the shop. null: not told.';
comment on column orders.status is 'The latest of order_statuses. null: none was told, which counts as placed and paid at occurred_at.';
comment on column orders.paid_at is 'Of orders with a status: the earliest time of `paid`; without one that of `shipped` or `delivered`. null: not paid.';
comment on column orders.cancelled_at is 'Where the latest status is `cancelled`: its time.';
comment on column orders.fees_minor is 'What the customer pays in fees (wrapping, payment, deposit), beside total_minor and shipping_minor. null: not told.';
comment on column orders.updated_at is 'The shop''s own time of the last change. null: not told.';
CREATE INDEX orders_cancelled_at_idx ON orders USING btree (cancelled_at) WHERE cancelled_at IS NOT NULL;
CREATE INDEX orders_customer_key_occurred_at_idx ON orders USING btree (customer_key, occurred_at) WHERE customer_key IS NOT NULL;
CREATE INDEX orders_occurred_at_idx ON orders USING btree (occurred_at);
CREATE INDEX orders_paid_at_idx ON orders USING btree (paid_at) WHERE paid_at IS NOT NULL;
CREATE INDEX orders_visitor_key_occurred_at_idx ON orders USING btree (visitor_key, occurred_at) WHERE visitor_key IS NOT NULL;

create table past_campaigns (
  campaign_key integer generated always as identity,
  campaign_id text collate "C" not null,
  name text not null,
  started_at timestamptz not null,
  ended_at timestamptz not null,
  import_id bigint not null,
  constraint past_campaigns_pkey PRIMARY KEY (campaign_key),
  constraint past_campaigns_campaign_id_key UNIQUE (campaign_id),
  constraint past_campaigns_campaign_id_check CHECK (length(campaign_id) >= 1 AND length(campaign_id) <= 128),
  constraint past_campaigns_ended_after_start CHECK (ended_at >= started_at)
);
comment on table past_campaigns is 'Campaigns that were run elsewhere, imported for their reports: no coupon of them can be redeemed here.';

create table past_coupons (
  campaign_key integer not null,
  code text collate "C" not null,
  item_id text collate "C" not null,
  import_id bigint not null,
  constraint past_coupons_pkey PRIMARY KEY (campaign_key, code, item_id)
);
comment on table past_coupons is 'Which items a code of a past campaign was for.';
comment on column past_coupons.item_id is 'Empty: any.';

create table past_recipients (
  campaign_key integer not null,
  customer_key integer,
  import_id bigint not null,
  recipient_key bigint generated always as identity,
  constraint past_recipients_pkey PRIMARY KEY (recipient_key),
  constraint past_recipient_once UNIQUE (campaign_key, customer_key)
);
comment on table past_recipients is 'Who was sent a past campaign.';
comment on column past_recipients.customer_key is 'null: the person was erased.';
CREATE INDEX past_recipients_customer_key_idx ON past_recipients USING btree (customer_key) WHERE customer_key IS NOT NULL;

create table past_redemptions (
  campaign_key integer not null,
  customer_key integer,
  code text collate "C" not null,
  redeemed_at timestamptz not null,
  order_id text collate "C" not null,
  discount_minor bigint,
  import_id bigint not null,
  redemption_key bigint generated always as identity,
  constraint past_redemptions_pkey PRIMARY KEY (redemption_key),
  constraint past_redemption_once UNIQUE (campaign_key, customer_key, code, redeemed_at, order_id),
  constraint past_redemptions_discount_minor_check CHECK (discount_minor >= 0)
);
comment on table past_redemptions is 'What was redeemed of a past campaign.';
comment on column past_redemptions.order_id is 'Empty: the history does not tell.';
comment on column past_redemptions.discount_minor is 'null: the history does not tell.';
CREATE INDEX past_redemptions_customer_key_idx ON past_redemptions USING btree (customer_key) WHERE customer_key IS NOT NULL;

create table placements (
  name text collate "C" not null,
  title text,
  method text not null,
  item_limit integer not null,
  filter jsonb,
  revision integer default 1 not null,
  changed_at timestamptz default clock_timestamp() not null,
  pinned_item_ids text[] default '{}'::text[] not null,
  segment_id text,
  constraint placements_pkey PRIMARY KEY (name),
  constraint placements_item_limit_check CHECK (item_limit >= 1 AND item_limit <= 100),
  constraint placements_revision_check CHECK (revision > 0)
);
comment on table placements is 'What the named spots of pages show, as the shop has set them. What is not here is as the service has it ready-made.';
comment on column placements.filter is 'As a request for a list has it. null: everything.';
comment on column placements.revision is 'From 1, one more with each change; a placement that is removed and set again begins anew.';
comment on column placements.pinned_item_ids is 'Items that stand first on the list where they may be on it, in this order.';
comment on column placements.segment_id is 'Whose best sellers the placement shows, where it shows best sellers; null: everybody''s.';
CREATE CONSTRAINT TRIGGER audit_delete AFTER DELETE ON placements DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_change('placement', 'title method item_limit filter pinned_item_ids segment_id revision', 'name');
CREATE CONSTRAINT TRIGGER audit_insert AFTER INSERT ON placements DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_change('placement', 'title method item_limit filter pinned_item_ids segment_id revision', 'name');
CREATE CONSTRAINT TRIGGER audit_update AFTER UPDATE ON placements DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (old.revision IS DISTINCT FROM new.revision) EXECUTE FUNCTION note_change('placement', 'title method item_limit filter pinned_item_ids segment_id revision', 'name');

create table policies (
  policy_id text collate "C" not null,
  published_version integer,
  is_default boolean default false not null,
  constraint policies_pkey PRIMARY KEY (policy_id),
  constraint policies_default_is_published CHECK (NOT is_default OR published_version IS NOT NULL)
);
comment on table policies is 'What decides who of those that a campaign aims at gets its coupon, by name.';
comment on column policies.published_version is 'The version that decides; null: it is only proposed yet.';
comment on column policies.is_default is 'Whether it decides for campaigns that name none.';
CREATE UNIQUE INDEX policies_one_default ON policies USING btree (is_default) WHERE is_default;
CREATE CONSTRAINT TRIGGER audit_update AFTER UPDATE ON policies DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (old.published_version IS DISTINCT FROM new.published_version OR old.is_default <> new.is_default) EXECUTE FUNCTION note_change('policy', 'published_version is_default', 'policy_id');

create table policy_publications (
  publication_key integer generated always as identity,
  policy_id text collate "C" not null,
  version integer not null,
  reason text not null,
  published_at timestamptz default clock_timestamp() not null,
  constraint policy_publications_pkey PRIMARY KEY (publication_key),
  constraint policy_publications_reason_check CHECK (reason = ANY (ARRAY['publish'::text, 'rollback'::text]))
);
comment on table policy_publications is 'When which version of a policy began to decide; append-only.';
CREATE INDEX policy_publications_policy_id_idx ON policy_publications USING btree (policy_id, publication_key);

create table policy_versions (
  version_key integer generated always as identity,
  policy_id text collate "C" not null,
  version integer not null,
  content jsonb not null,
  note text,
  proposed_at timestamptz default clock_timestamp() not null,
  constraint policy_versions_pkey PRIMARY KEY (version_key),
  constraint policy_versions_policy_id_version_key UNIQUE (policy_id, version),
  constraint policy_versions_version_check CHECK (version > 0)
);
comment on table policy_versions is 'What a policy says and said; a version never changes, so that decisions by it can be made again.';
comment on column policy_versions.content is 'By what it decides, with its thresholds or rules; money in minor units.';
CREATE CONSTRAINT TRIGGER audit_insert AFTER INSERT ON policy_versions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_change('policy', 'version content note', 'policy_id');

create table popularity_scores (
  version integer not null,
  item_key integer not null,
  score real not null,
  purchases integer not null,
  trend real,
  rebuy_from_days real,
  rebuy_days real,
  constraint popularity_scores_pkey PRIMARY KEY (item_key, version)
) partition by LIST (version);
comment on table popularity_scores is 'Served: how popular items are. A partition a version, attached when it is complete.';
comment on column popularity_scores.trend is 'By how many standard deviations the last week sold more than the four before let expect. null: it is no trend.';
comment on column popularity_scores.rebuy_from_days is 'A quarter of those who buy it again do so earlier. null: it usually is not bought again.';
comment on column popularity_scores.rebuy_days is 'The middle interval after which it is bought again. null: it usually is not.';

create table predicted_attributes (
  name text collate "C" not null,
  training_run_id bigint not null,
  as_of timestamptz not null,
  refusal text,
  declared integer not null,
  labels text[] not null,
  label_customers integer[] not null,
  features text[] not null,
  judgement jsonb,
  constraint predicted_attributes_pkey PRIMARY KEY (name),
  constraint predicted_attributes_labels_beside_customers CHECK (cardinality(labels) = cardinality(label_customers)),
  constraint predicted_attributes_refused_without_labels CHECK ((refusal IS NULL) = (cardinality(labels) > 0))
);
comment on table predicted_attributes is 'Declared attributes that the last whole run has learnt from behaviour, or why it did not.';
comment on column predicted_attributes.refusal is 'Why nothing is said of anybody. null: something is.';
comment on column predicted_attributes.declared is 'Customers who have declared one of its values.';
comment on column predicted_attributes.label_customers is 'Who has declared each of the labels.';
comment on column predicted_attributes.judgement is 'How the probabilities of customers held out came true. null: too few have declared it.';
CREATE INDEX predicted_attributes_training_run_id_idx ON predicted_attributes USING btree (training_run_id);

create table predicted_labels (
  customer_key integer not null,
  name text collate "C" not null,
  probabilities real[] not null,
  reason_features smallint[] not null,
  reason_weights real[] not null,
  constraint predicted_labels_pkey PRIMARY KEY (customer_key, name)
);
comment on table predicted_labels is 'Probabilities of the labels of an attribute for a customer who has not declared it. Never a fact; made anew by every whole run.';
comment on column predicted_labels.probabilities is 'In the order of the attribute''s labels; they add up to 1.';
comment on column predicted_labels.reason_features is 'What speaks most for or against the likeliest: places among the attribute''s features, from 1 on.';
comment on column predicted_labels.reason_weights is 'What each adds to the logarithm of the odds.';

create table published_release (
  singleton boolean default true not null,
  release_id integer not null,
  constraint published_release_pkey PRIMARY KEY (singleton),
  constraint published_release_singleton_check CHECK (singleton)
);
comment on table published_release is 'The release that is served.';
CREATE INDEX published_release_release_id_idx ON published_release USING btree (release_id);
CREATE CONSTRAINT TRIGGER audit_insert AFTER INSERT ON published_release DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_change('published-release', 'release_id', '');
CREATE CONSTRAINT TRIGGER audit_update AFTER UPDATE ON published_release DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (old.release_id IS DISTINCT FROM new.release_id) EXECUTE FUNCTION note_change('published-release', 'release_id', '');

create table quarantine (
  quarantine_id bigint generated always as identity,
  kind text not null,
  rules text[] not null,
  raw jsonb not null,
  raw_hash bytea not null,
  customer_id text collate "C",
  visitor_id text collate "C",
  import_id bigint,
  row_number bigint,
  received_at timestamptz default clock_timestamp() not null,
  faults jsonb,
  constraint quarantine_pkey PRIMARY KEY (quarantine_id),
  constraint quarantine_kind_raw_hash_key UNIQUE (kind, raw_hash),
  constraint quarantine_kind_check CHECK (kind = ANY (ARRAY['item'::text, 'customer'::text, 'event'::text, 'order'::text, 'order_line'::text, 'refund'::text, 'cost'::text, 'market_figure'::text, 'campaign'::text, 'recipient'::text, 'coupon'::text, 'redemption'::text]))
);
comment on table quarantine is 'What cleaning refused, as it came, each once.';
comment on column quarantine.faults is 'What is wrong with the values of a row that could not be read: field, value and what would be right.';
CREATE INDEX quarantine_customer_id_idx ON quarantine USING btree (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX quarantine_received_at_idx ON quarantine USING btree (received_at);
CREATE INDEX quarantine_visitor_id_idx ON quarantine USING btree (visitor_id) WHERE visitor_id IS NOT NULL;

create table recovery_codes (
  code_hash bytea not null,
  user_key integer not null,
  used_at timestamptz,
  constraint recovery_codes_pkey PRIMARY KEY (code_hash)
);
comment on table recovery_codes is 'What a user has on paper for when their one-time codes are lost: each is good once. Only hashes are stored; a code has 80 random bits.';
CREATE INDEX recovery_codes_user_key_idx ON recovery_codes USING btree (user_key);
CREATE CONSTRAINT TRIGGER audit_update AFTER UPDATE ON recovery_codes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (old.used_at IS DISTINCT FROM new.used_at) EXECUTE FUNCTION note_recovery_code();

create table referral_codes (
  coupon_key bigint not null,
  campaign_key integer not null,
  referrer_key integer,
  constraint referral_codes_pkey PRIMARY KEY (coupon_key)
);
comment on table referral_codes is 'Codes that customers hand on to friends.';
comment on column referral_codes.referrer_key is 'Who hands it on. null: the person was erased, and the code is over.';
CREATE INDEX referral_codes_campaign_key_coupon_key_idx ON referral_codes USING btree (campaign_key, coupon_key);
CREATE INDEX referral_codes_referrer_key_idx ON referral_codes USING btree (referrer_key, campaign_key) WHERE referrer_key IS NOT NULL;

create table referrals (
  use_id bigint not null,
  campaign_key integer not null,
  coupon_key bigint not null,
  due_at timestamptz not null,
  state text default 'waiting'::text not null,
  why text,
  reward_key bigint,
  settled_at timestamptz,
  is_open boolean default false not null,
  constraint referrals_pkey PRIMARY KEY (use_id),
  constraint referrals_open_where_given CHECK (NOT is_open OR state = 'given'::text),
  constraint referrals_settled_since CHECK ((state = 'waiting'::text) = (settled_at IS NULL)),
  constraint referrals_state_check CHECK (state = ANY (ARRAY['waiting'::text, 'given'::text, 'withheld'::text, 'revoked'::text])),
  constraint referrals_why_check CHECK ((state = ANY (ARRAY['withheld'::text, 'revoked'::text])) = (why IS NOT NULL) AND (state = ANY (ARRAY['given'::text, 'revoked'::text])) = (reward_key IS NOT NULL))
);
comment on table referrals is 'Orders of friends with a code that was handed on, each once, and what came of the reward for it.';
comment on column referrals.use_id is 'The redemption of the friend.';
comment on column referrals.due_at is 'Until then nothing is given, so that an order that does not stand is seen.';
comment on column referrals.why is 'Why the reward is withheld or was revoked.';
comment on column referrals.reward_key is 'The coupon that the referrer was given.';
comment on column referrals.is_open is 'Whether the reward may still be unused, as far as somebody has looked.';
CREATE INDEX referrals_campaign_key_use_id_idx ON referrals USING btree (campaign_key, use_id);
CREATE INDEX referrals_coupon_key_idx ON referrals USING btree (coupon_key);
CREATE INDEX referrals_due_idx ON referrals USING btree (due_at) WHERE state = 'waiting'::text;
CREATE INDEX referrals_open_idx ON referrals USING btree (use_id) WHERE is_open;
CREATE INDEX referrals_withheld_idx ON referrals USING btree (use_id) WHERE why = ANY (ARRAY['limit-reached'::text, 'budget-spent'::text]);
CREATE UNIQUE INDEX rewarded_once ON referrals USING btree (reward_key) WHERE reward_key IS NOT NULL;

create table refund_charges (
  refund_key bigint not null,
  order_key bigint not null,
  shipping_minor bigint not null,
  fees_minor bigint not null,
  constraint refund_charges_pkey PRIMARY KEY (refund_key),
  constraint refund_charges_gives CHECK (shipping_minor >= 0 AND fees_minor >= 0 AND (shipping_minor + fees_minor) > 0)
);
comment on table refund_charges is 'What refunds gave back of their order''s shipping and fees, beside what refund_links gave back of its goods.';
CREATE INDEX refund_charges_order_key_idx ON refund_charges USING btree (order_key);

create table refund_lines (
  refund_key bigint not null,
  line_number integer not null,
  item_key integer not null,
  quantity numeric(12,3) not null,
  unlinked_quantity numeric(12,3) default 0 not null,
  constraint refund_lines_pkey PRIMARY KEY (refund_key, line_number),
  constraint refund_lines_quantity_check CHECK (quantity >= 0::numeric)
);
comment on table refund_lines is 'What was given back.';
comment on column refund_lines.quantity is 'Pieces given back. 0: money alone.';
comment on column refund_lines.unlinked_quantity is 'For how much of it no sale line was found.';

create table refund_links (
  refund_key bigint not null,
  line_number integer not null,
  order_key bigint not null,
  order_line_number integer not null,
  quantity numeric(12,3) not null,
  amount_minor bigint not null,
  constraint refund_links_pkey PRIMARY KEY (refund_key, line_number, order_key, order_line_number),
  constraint refund_links_quantity_check CHECK (quantity > 0::numeric OR quantity = 0::numeric AND amount_minor > 0)
);
comment on table refund_links is 'Which sale lines a refund line undoes, and how much of each.';
comment on column refund_links.quantity is 'Pieces. 0: money alone, for goods that are kept.';
CREATE INDEX refund_links_order_key_order_line_number_idx ON refund_links USING btree (order_key, order_line_number);

create table refund_remainders (
  refund_key bigint not null,
  line_number integer not null,
  order_key bigint not null,
  quantity numeric(12,3) not null,
  amount_minor bigint not null,
  constraint refund_remainders_pkey PRIMARY KEY (refund_key, line_number, order_key),
  constraint refund_remainders_something CHECK (quantity >= 0::numeric AND amount_minor >= 0 AND (quantity + amount_minor::numeric) > 0::numeric)
);
comment on table refund_remainders is 'What refunds gave back of lines that an edited order has no more: in no figure, and linked again where a later edit has them.';
CREATE INDEX refund_remainders_order_key_idx ON refund_remainders USING btree (order_key);

create table refunds (
  refund_key bigint generated always as identity,
  refund_id text collate "C" not null,
  customer_key integer,
  occurred_at timestamptz not null,
  received_at timestamptz default clock_timestamp() not null,
  content_hash bytea not null,
  import_id bigint,
  reason text collate "C",
  constraint refunds_pkey PRIMARY KEY (refund_key),
  constraint refunds_refund_id_key UNIQUE (refund_id),
  constraint refunds_reason_check CHECK (reason ~ '^[a-z0-9_-]{1,64}$'::text),
  constraint refunds_refund_id_check CHECK (length(refund_id) >= 1 AND length(refund_id) <= 128)
);
comment on table refunds is 'Refunds: facts of their own, beside the orders that they undo.';
comment on column refunds.reason is 'A short code, as the shop told it. null: not told.';
CREATE INDEX refunds_customer_key_idx ON refunds USING btree (customer_key) WHERE customer_key IS NOT NULL;
CREATE INDEX refunds_occurred_at_idx ON refunds USING btree (occurred_at);

create table releases (
  release_id integer generated always as identity,
  versions jsonb not null,
  reason text not null,
  training_run_id bigint,
  created_at timestamptz default clock_timestamp() not null,
  constraint releases_pkey PRIMARY KEY (release_id),
  constraint releases_reason_check CHECK (reason = ANY (ARRAY['night'::text, 'publish'::text, 'rollback'::text]))
);
comment on table releases is 'What is served together was judged together: a release names a version of every kind.';
CREATE INDEX releases_training_run_id_idx ON releases USING btree (training_run_id);
CREATE CONSTRAINT TRIGGER audit_insert AFTER INSERT ON releases DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_change('release', 'versions reason training_run_id', 'release_id');

create table response_features (
  customer_key integer not null,
  features double precision[] not null,
  order_minor double precision not null,
  margin_minor double precision not null,
  constraint response_features_pkey PRIMARY KEY (customer_key)
);
comment on table response_features is 'What is known of each customer as of the last night: the features of the models of response, the mean of an order and of its margin in minor units.';

create table roll_up_facts (
  fact_set_key bigint generated always as identity,
  family text collate "C" not null,
  facts text collate "C" not null,
  keys bigint[] not null,
  constraint roll_up_facts_pkey PRIMARY KEY (fact_set_key),
  constraint roll_up_facts_facts_check CHECK (facts = ANY (ARRAY['event'::text, 'order'::text, 'refund'::text]))
);
comment on table roll_up_facts is 'Facts that came in and that a family has not counted yet, but for days that are due as a whole. All of a family''s are counted together.';

create table roll_up_families (
  family text collate "C" not null,
  version integer not null,
  constraint roll_up_families_pkey PRIMARY KEY (family)
);
comment on table roll_up_families is 'By which version of its code each family has counted: another version counts all days anew.';

create table roll_up_progress (
  singleton boolean default true not null,
  number bigint default 0 not null,
  taken_at timestamptz default '-infinity'::timestamp with time zone not null,
  lists_kept_from date,
  hours_kept_from date,
  members_kept_from date,
  constraint roll_up_progress_pkey PRIMARY KEY (singleton),
  constraint roll_up_progress_singleton_check CHECK (singleton)
);
comment on table roll_up_progress is 'One row; who counts holds it, so that a day is never counted by two at once.';
comment on column roll_up_progress.number is 'Of the latest roll-up: the version of the data that indicators tell.';
comment on column roll_up_progress.taken_at is 'Facts committed before then have been seen.';
comment on column roll_up_progress.lists_kept_from is 'Since which day list_counts and list_credits are whole: what was before has gone with its retention. null: nothing has.';
comment on column roll_up_progress.hours_kept_from is 'Since which local day cells by the hour are kept: those before have gone with their retention, and are not counted again. null: none have.';
comment on column roll_up_progress.members_kept_from is 'The same of cells by item and by campaign.';

create table roll_ups (
  family text collate "C" not null,
  day date not null,
  due_at timestamptz,
  rolled_up_at timestamptz,
  took_ms integer,
  is_whole boolean default true not null,
  constraint roll_ups_pkey PRIMARY KEY (family, day)
);
comment on table roll_ups is 'Which local days are counted by which family of measures, and which of them are to be counted anew.';
comment on column roll_ups.due_at is 'When the day is to be counted (anew). null: nothing of it has changed since.';
comment on column roll_ups.took_ms is 'What counting it took, so that what takes long is not done often.';
comment on column roll_ups.is_whole is 'A due day is to be counted from all its facts; false: what came in (roll_up_facts) is added to what was counted.';
CREATE INDEX roll_ups_due_at_idx ON roll_ups USING btree (due_at) WHERE due_at IS NOT NULL;

create table rule_blocks (
  antecedent integer[] not null,
  consequent integer not null,
  blocked_at timestamptz default clock_timestamp() not null,
  constraint rule_blocks_pkey PRIMARY KEY (antecedent, consequent)
);
comment on table rule_blocks is 'Rules that a person does not want, by item keys; they outlive the versions.';
CREATE CONSTRAINT TRIGGER audit_change AFTER INSERT OR DELETE ON rule_blocks DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_rule_block();

create table sales_effects (
  place integer not null,
  category text collate "C" not null,
  items integer not null,
  units double precision not null,
  refusal text,
  result jsonb,
  made_at timestamptz default clock_timestamp() not null,
  prices jsonb default '[]'::jsonb not null,
  constraint sales_effects_pkey PRIMARY KEY (place),
  constraint sales_effects_category_key UNIQUE (category),
  constraint sales_effects_refusal_check CHECK ((refusal IS NULL) <> (result IS NULL))
);
comment on table sales_effects is 'What attributes and prices do to the sales of the goods of each category.';
comment on column sales_effects.place is 'From 1, the most units sold first.';
comment on column sales_effects.category is 'Empty: goods without one.';
comment on column sales_effects.refusal is 'Why nothing is told of attributes. null: see result.';
comment on column sales_effects.result is 'Effects of attributes as they are told, with what was left out.';
comment on column sales_effects.prices is 'What the price does, by channel, or why nothing is told of it.';

create table search_terms (
  version integer not null,
  term text collate "C" not null,
  people integer not null,
  is_found boolean not null,
  related jsonb not null,
  constraint search_terms_pkey PRIMARY KEY (term, version)
) partition by LIST (version);
comment on table search_terms is 'Served: search terms that enough different people typed.';
comment on column search_terms.people is 'Different customers who searched for it.';
comment on column search_terms.is_found is 'It mostly finds something, or nobody said.';
comment on column search_terms.related is 'An array of {term, share}: what they searched for in the same session more often than by chance, most of them first, and the share of them who did.';

create table search_words (
  word text collate "C" not null,
  place integer not null,
  searches integer not null,
  without_results integer not null,
  without_click integer not null,
  visitors integer default 0 not null,
  constraint search_words_pkey PRIMARY KEY (word),
  constraint search_words_place_key UNIQUE (place)
);
comment on table search_words is 'What was searched for in the last 28 days, as one word or several, in lower case.';
comment on column search_words.place is 'From 1, the most searches first.';
comment on column search_words.without_results is 'Searches that showed nothing.';
comment on column search_words.without_click is 'Searches that showed something, or did not say, and after which nobody looked at an item within half an hour.';
comment on column search_words.visitors is 'Different ones who searched for it. 0: not counted, so that it is told as if few had.';

create table segment_best_sellers (
  version integer not null,
  segment_id text collate "C" not null,
  item_keys integer[] not null,
  scores real[] not null,
  constraint segment_best_sellers_pkey PRIMARY KEY (segment_id, version),
  constraint segment_best_sellers_scores_check CHECK (cardinality(scores) = cardinality(item_keys))
) partition by LIST (version);
comment on table segment_best_sellers is 'Served: best sellers of each segment of which enough customers bought the same.';
comment on column segment_best_sellers.item_keys is 'Items, best first.';
comment on column segment_best_sellers.scores is 'Beside the items: a share of the first.';

create table segment_changes (
  change_id bigint generated always as identity,
  segment_id text not null,
  customer_key integer not null,
  change text not null,
  changed_at timestamptz not null,
  version integer not null,
  constraint segment_changes_pkey PRIMARY KEY (change_id),
  constraint segment_changes_change_check CHECK (change = ANY (ARRAY['entered'::text, 'left'::text]))
);
comment on table segment_changes is 'Who entered and left what when: written when a release is published, or a segment refreshed.';
comment on column segment_changes.version is 'Of the segmentation; of a defined segment the refresh.';
CREATE INDEX segment_changes_changed_at_idx ON segment_changes USING btree (changed_at);
CREATE INDEX segment_changes_customer_key_changed_at_idx ON segment_changes USING btree (customer_key, changed_at);
CREATE INDEX segment_changes_segment_id_change_id_idx ON segment_changes USING btree (segment_id, change_id);

create table segment_memberships (
  segment_key integer not null,
  customer_key integer not null,
  entered_refresh integer not null,
  entered_at timestamptz not null,
  left_refresh integer,
  constraint segment_memberships_pkey PRIMARY KEY (segment_key, customer_key, entered_refresh)
);
comment on table segment_memberships is 'From which refresh to which a customer was a member.';
CREATE INDEX segment_memberships_customer_key_idx ON segment_memberships USING btree (customer_key);
CREATE UNIQUE INDEX segment_memberships_segment_key_customer_key_idx ON segment_memberships USING btree (segment_key, customer_key) WHERE left_refresh IS NULL;

create table segment_refreshes (
  refresh_id integer generated always as identity,
  segment_key integer not null,
  as_of timestamptz not null,
  versions jsonb not null,
  members integer default 0 not null,
  arrived integer default 0 not null,
  departed integer default 0 not null,
  refreshed_at timestamptz default clock_timestamp() not null,
  constraint segment_refreshes_pkey PRIMARY KEY (refresh_id)
);
comment on table segment_refreshes is 'A snapshot of a segment''s members: those who had entered by this refresh and had not left.';
comment on column segment_refreshes.arrived is 'How many members this refresh brought.';
comment on column segment_refreshes.departed is 'How many members this refresh took.';
CREATE INDEX segment_refreshes_segment_key_refresh_id_idx ON segment_refreshes USING btree (segment_key, refresh_id);
CREATE CONSTRAINT TRIGGER audit_insert AFTER INSERT ON segment_refreshes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_refresh();

create table served_lists (
  list_id uuid not null,
  customer_key integer,
  visitor_key bigint,
  release_id integer,
  item_keys integer[] not null,
  served_at timestamptz not null,
  placement text collate "C",
  sources smallint[],
  rule_ids text[],
  arm text,
  by_chance smallint[],
  constraint served_lists_pkey PRIMARY KEY (list_id),
  constraint served_lists_arm_check CHECK (arm = ANY (ARRAY['treatment'::text, 'holdout'::text]))
);
comment on table served_lists is 'Which lists were served; events and order lines bring the list''s id back.';
comment on column served_lists.placement is 'Where in the shop it was shown; null: logged before lists said so.';
comment on column served_lists.sources is 'What each item comes from, in the order of the items: 0 repurchase, 1 collaborative-filtering, 2 popularity, 3 recent-behaviour, 4 association-rules, 5 catalogue.';
comment on column served_lists.rule_ids is 'The strongest rule that each item rests on, null for an item without one; null: none rests on a rule.';
comment on column served_lists.arm is 'Whether the person was held out of personal lists then; null: nobody was drawn.';
comment on column served_lists.by_chance is 'Places, from 1, whose item stands there by chance: those given to new items, or the two that were drawn to change, changed or not, first that of the item which ranked higher. null: none.';
CREATE INDEX served_lists_by_chance_idx ON served_lists USING btree (served_at) WHERE by_chance IS NOT NULL;
CREATE INDEX served_lists_customer_key_served_at_idx ON served_lists USING btree (customer_key, served_at) WHERE customer_key IS NOT NULL;
CREATE INDEX served_lists_served_at_idx ON served_lists USING btree (served_at);
CREATE INDEX served_lists_visitor_key_idx ON served_lists USING btree (visitor_key) WHERE customer_key IS NULL AND visitor_key IS NOT NULL;

create table sessions (
  session_id bigint generated always as identity,
  token_hash bytea not null,
  user_key integer,
  key_id bigint,
  signed_in_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  constraint sessions_pkey PRIMARY KEY (session_id),
  constraint sessions_token_hash_key UNIQUE (token_hash),
  constraint sessions_owner_check CHECK ((user_key IS NULL) <> (key_id IS NULL))
);
comment on table sessions is 'Who is signed in by a browser, as a user or with a key: only the hash of the cookie is stored.';
comment on column sessions.seen_at is 'The last request, to about a minute.';
comment on column sessions.ended_at is 'Signed out, or revoked.';
CREATE INDEX sessions_expires_at_idx ON sessions USING btree (expires_at);
CREATE INDEX sessions_key_id_idx ON sessions USING btree (key_id);
CREATE INDEX sessions_user_key_idx ON sessions USING btree (user_key);
CREATE CONSTRAINT TRIGGER audit_insert AFTER INSERT ON sessions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_of_user();
CREATE CONSTRAINT TRIGGER audit_update AFTER UPDATE ON sessions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (old.ended_at IS DISTINCT FROM new.ended_at) EXECUTE FUNCTION note_of_user();

create table shop (
  shop_key integer default 1 not null,
  currency text,
  minor_digits integer,
  time_zone text,
  settled_at timestamptz,
  constraint shop_pkey PRIMARY KEY (shop_key),
  constraint shop_currency_check CHECK (currency ~ '^[A-Z]{3}$'::text),
  constraint shop_minor_digits_check CHECK (minor_digits >= 0 AND minor_digits <= 4),
  constraint shop_shop_key_check CHECK (shop_key = 1)
);
comment on table shop is 'What the shop''s facts are told in: written once, at the first start.';
comment on column shop.minor_digits is 'Decimal digits of the currency''s minor unit, as amounts are stored with.';
CREATE CONSTRAINT TRIGGER audit_update AFTER UPDATE ON shop DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (old.currency IS DISTINCT FROM new.currency OR old.minor_digits IS DISTINCT FROM new.minor_digits OR old.time_zone IS DISTINCT FROM new.time_zone) EXECUTE FUNCTION note_change('shop', 'currency minor_digits time_zone', '');

create table sign_in_guesses (
  guesser bytea not null,
  last_at timestamptz not null,
  guesses integer not null,
  constraint sign_in_guesses_pkey PRIMARY KEY (guesser)
);
comment on table sign_in_guesses is 'How often it was tried in vain to sign in: as a user from a network or by a device, as a user, and from a network; all instances count together.';
comment on column sign_in_guesses.guesser is 'A hash: addresses and names are not kept.';
comment on column sign_in_guesses.last_at is 'The last try. A while after it the counter begins anew.';
CREATE INDEX sign_in_guesses_last_at_idx ON sign_in_guesses USING btree (last_at);

create table stock_carried (
  singleton boolean default true not null,
  until date not null,
  kept_from date,
  constraint stock_carried_pkey PRIMARY KEY (singleton),
  constraint stock_carried_singleton_check CHECK (singleton)
);
comment on table stock_carried is 'Up to which day (with it) stock has been carried over.';
comment on column stock_carried.kept_from is 'Since which day stock by day is whole: what was before has gone with its retention. null: nothing has.';

create table tag_names (
  version integer not null,
  kind text not null,
  name_key integer not null,
  name text not null,
  constraint tag_names_pkey PRIMARY KEY (kind, name_key, version)
) partition by LIST (version);
comment on table tag_names is 'Served: what the keys of categories, brands and channels in a version''s tags mean.';

create table tickets (
  ticket_hash bytea not null,
  user_key integer not null,
  kind text not null,
  created_at timestamptz default clock_timestamp() not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  constraint tickets_pkey PRIMARY KEY (ticket_hash),
  constraint tickets_kind_check CHECK (kind = ANY (ARRAY['sign-in'::text, 'invitation'::text]))
);
comment on table tickets is 'What signs a user in once: by itself, or as an invitation, with a password that is set by it.';
CREATE INDEX tickets_expires_at_idx ON tickets USING btree (expires_at);
CREATE INDEX tickets_user_key_idx ON tickets USING btree (user_key);
CREATE CONSTRAINT TRIGGER audit_insert AFTER INSERT ON tickets DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_of_user();

create table touched_days (
  touch_key bigint generated always as identity,
  kind text collate "C" not null,
  day date not null,
  facts text collate "C",
  keys bigint[],
  constraint touched_days_pkey PRIMARY KEY (touch_key),
  constraint touched_days_facts_check CHECK (facts = ANY (ARRAY['event'::text, 'order'::text, 'refund'::text])),
  constraint touched_days_keys_of_facts CHECK ((facts IS NULL) = (keys IS NULL)),
  constraint touched_days_kind_check CHECK (kind = ANY (ARRAY['event'::text, 'order'::text, 'refund'::text, 'customer'::text, 'stock'::text, 'cost'::text, 'market'::text, 'list'::text]))
);
comment on table touched_days is 'Local days whose facts have changed, appended with the change: their figures are to be counted anew. Who counts takes the rows out; many of one day are made one by housekeeping.';
comment on column touched_days.day is 'In the shop''s zone; of market figures the first day of their month.';
comment on column touched_days.facts is 'What has come in, and nothing else has changed; null: something else, so that the whole day is to be counted.';
comment on column touched_days.keys is 'Of the facts that came in.';

create table touched_items (
  touch_key bigint generated always as identity,
  item_key integer not null,
  constraint touched_items_pkey PRIMARY KEY (touch_key)
);
comment on table touched_items is 'Items whose category or brand has changed, or whether they are products: the days of their facts are to be counted anew.';

create table training_runs (
  training_run_id bigint generated always as identity,
  status text default 'running'::text not null,
  models text[] not null,
  as_of timestamptz not null,
  watermark timestamptz,
  seed integer not null,
  recipes jsonb not null,
  code_version text not null,
  started_at timestamptz default clock_timestamp() not null,
  finished_at timestamptz,
  heartbeat_at timestamptz default clock_timestamp() not null,
  progress jsonb default '{"done": 0, "stage": null, "total": 0, "stages": [], "eta_seconds": null}'::jsonb not null,
  counts jsonb default '{}'::jsonb not null,
  metrics jsonb default '{}'::jsonb not null,
  verdict jsonb,
  versions jsonb default '{}'::jsonb not null,
  release_id integer,
  error text,
  warnings text[] default '{}'::text[] not null,
  constraint training_runs_pkey PRIMARY KEY (training_run_id),
  constraint training_runs_status_check CHECK (status = ANY (ARRAY['running'::text, 'succeeded'::text, 'refused'::text, 'failed'::text]))
);
comment on table training_runs is 'Trainings: what was asked, how far they are, what came of them.';
comment on column training_runs.watermark is 'Facts received later are not in it.';
comment on column training_runs.warnings is 'What is to be read with care about a run, in sentences for people; told as soon as it is seen.';
CREATE CONSTRAINT TRIGGER audit_insert AFTER INSERT ON training_runs DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_change('training-run', 'models as_of seed recipes code_version', 'training_run_id');

create table trend_progress (
  of text collate "C" not null,
  made_at timestamptz not null,
  last_day date not null,
  days integer not null,
  refusal text,
  constraint trend_progress_pkey PRIMARY KEY (of),
  constraint trend_progress_of_check CHECK (of = ANY (ARRAY['category'::text, 'brand'::text, 'item'::text, 'search'::text]))
);
comment on table trend_progress is 'When trends were measured, and from which days.';
comment on column trend_progress.refusal is 'Why nothing was measured. null: it was.';

create table trends (
  of text collate "C" not null,
  direction text not null,
  place integer not null,
  member text collate "C" not null,
  index double precision not null,
  low double precision not null,
  high double precision not null,
  recent_count integer not null,
  past_count integer not null,
  false_discovery_rate double precision not null,
  visitors integer,
  constraint trends_pkey PRIMARY KEY (of, direction, place),
  constraint trends_of_member_key UNIQUE (of, member),
  constraint trends_direction_check CHECK (direction = ANY (ARRAY['rising'::text, 'falling'::text, 'steady'::text])),
  constraint trends_of_check CHECK (of = ANY (ARRAY['category'::text, 'brand'::text, 'item'::text, 'search'::text]))
);
comment on table trends is 'How often each category, brand, item and search word is asked for lately, over its own past; of those with enough counts to be judged.';
comment on column trends.place is 'From 1: of those that rise or fall the clearest first, of the others the largest index.';
comment on column trends.index is '1: as ever; low and high hold it with 95 %.';
comment on column trends.recent_count is 'Counts of the recent days, not weighed.';
comment on column trends.visitors is 'Of search words: different ones who searched for it in the days looked at. null: no search word, or not counted.';

create table users (
  user_key integer generated always as identity,
  user_name text collate "C" not null,
  role text not null,
  password_hash text,
  totp_secret bytea,
  totp_pending bytea,
  totp_step bigint,
  created_at timestamptz default clock_timestamp() not null,
  password_changed_at timestamptz,
  totp_begun_at timestamptz,
  totp_changed_at timestamptz,
  recovery_codes_made_at timestamptz,
  constraint users_pkey PRIMARY KEY (user_key),
  constraint users_user_name_key UNIQUE (user_name),
  constraint users_role_check CHECK (role = ANY (ARRAY['viewer'::text, 'marketer'::text, 'merchandiser'::text, 'data-scientist'::text, 'operator'::text]))
);
comment on table users is 'The people of the shop who sign in.';
comment on column users.password_hash is 'scrypt, with its cost and salt. null: nobody can sign in with a password, only with a ticket.';
comment on column users.totp_secret is 'Of one-time codes (RFC 6238). null: the password is enough.';
comment on column users.totp_pending is 'A secret that no code has confirmed yet.';
comment on column users.totp_step is 'The last step of 30 s whose code was used: each is good once.';
comment on column users.password_changed_at is 'When the password was set. null: there is none, or it is older than this column.';
comment on column users.totp_begun_at is 'When totp_pending was made. null: there is none.';
comment on column users.totp_changed_at is 'When totp_secret was set, replaced or removed.';
comment on column users.recovery_codes_made_at is 'null: there are none.';
CREATE CONSTRAINT TRIGGER audit_delete AFTER DELETE ON users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_change('user', 'role password_changed_at totp_secret? totp_begun_at totp_changed_at recovery_codes_made_at', 'user_name');
CREATE CONSTRAINT TRIGGER audit_insert AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_change('user', 'role password_changed_at totp_secret? totp_begun_at totp_changed_at recovery_codes_made_at', 'user_name');
CREATE CONSTRAINT TRIGGER audit_update AFTER UPDATE ON users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (old.role IS DISTINCT FROM new.role OR old.password_changed_at IS DISTINCT FROM new.password_changed_at OR (old.totp_secret IS NULL) IS DISTINCT FROM (new.totp_secret IS NULL) OR old.totp_begun_at IS DISTINCT FROM new.totp_begun_at OR old.totp_changed_at IS DISTINCT FROM new.totp_changed_at OR old.recovery_codes_made_at IS DISTINCT FROM new.recovery_codes_made_at) EXECUTE FUNCTION note_change('user', 'role password_changed_at totp_secret? totp_begun_at totp_changed_at recovery_codes_made_at', 'user_name');

create table visitors (
  visitor_key bigint generated always as identity,
  visitor_id text collate "C" not null,
  created_at timestamptz default clock_timestamp() not null,
  constraint visitors_pkey PRIMARY KEY (visitor_key),
  constraint visitors_visitor_id_key UNIQUE (visitor_id),
  constraint visitors_visitor_id_check CHECK (length(visitor_id) >= 1 AND length(visitor_id) <= 128)
);
comment on table visitors is 'Browsers and devices, before anybody is named.';

create table write_counts (
  hour timestamptz not null,
  caller_id bigint not null,
  operation text not null,
  requests bigint not null,
  elements bigint not null,
  constraint write_counts_pkey PRIMARY KEY (hour, caller_id, operation)
);
comment on table write_counts is 'Who sent how many facts, and asked for how many decisions, hour by hour: these have books of their own, so that none is an audit entry.';
comment on column write_counts.caller_id is 'A key, or below 0 a user.';

alter table budget_raises
  add constraint budget_raises_campaign_key_fkey FOREIGN KEY (campaign_key) REFERENCES campaigns(campaign_key);
alter table budget_raises
  add constraint budget_raises_terms_key_fkey FOREIGN KEY (campaign_key, terms_key) REFERENCES campaign_terms(campaign_key, terms_key);
alter table campaign_costs
  add constraint campaign_costs_campaign_key_fkey FOREIGN KEY (campaign_key) REFERENCES campaigns(campaign_key);
alter table campaign_givings
  add constraint campaign_givings_campaign_key_fkey FOREIGN KEY (campaign_key) REFERENCES campaigns(campaign_key);
alter table campaign_joiners
  add constraint campaign_joiners_campaign_key_fkey FOREIGN KEY (campaign_key) REFERENCES campaigns(campaign_key);
alter table campaign_responses
  add constraint campaign_responses_campaign_key_fkey FOREIGN KEY (campaign_key) REFERENCES campaigns(campaign_key);
alter table campaign_responses
  add constraint campaign_responses_training_run_id_fkey FOREIGN KEY (training_run_id) REFERENCES training_runs(training_run_id);
alter table campaign_terms
  add constraint campaign_terms_campaign_key_fkey FOREIGN KEY (campaign_key) REFERENCES campaigns(campaign_key);
alter table campaign_terms
  add constraint campaign_terms_policy_fkey FOREIGN KEY (policy) REFERENCES policies(policy_id);
alter table campaigns
  add constraint campaigns_experiment_key_fkey FOREIGN KEY (experiment_key) REFERENCES experiments(experiment_key);
alter table campaigns
  add constraint campaigns_terms_key_fkey FOREIGN KEY (campaign_key, terms_key) REFERENCES campaign_terms(campaign_key, terms_key) DEFERRABLE INITIALLY DEFERRED;
alter table corrections
  add constraint corrections_import_id_fkey FOREIGN KEY (import_id) REFERENCES imports(import_id);
alter table coupon_counters
  add constraint coupon_counters_campaign_key_fkey FOREIGN KEY (campaign_key) REFERENCES campaigns(campaign_key);
alter table coupon_ledger
  add constraint coupon_ledger_reversal_key_fkey FOREIGN KEY (reversal_key) REFERENCES coupon_reversals(reversal_key);
alter table coupon_ledger
  add constraint coupon_ledger_use_id_fkey FOREIGN KEY (use_id) REFERENCES coupon_uses(use_id);
alter table coupon_reversals
  add constraint coupon_reversals_use_id_fkey FOREIGN KEY (use_id) REFERENCES coupon_uses(use_id);
alter table coupon_uses
  add constraint coupon_uses_coupon_key_fkey FOREIGN KEY (coupon_key) REFERENCES coupons(coupon_key);
alter table coupon_uses
  add constraint coupon_uses_terms_key_fkey FOREIGN KEY (campaign_key, terms_key) REFERENCES campaign_terms(campaign_key, terms_key);
alter table coupons
  add constraint coupons_campaign_key_fkey FOREIGN KEY (campaign_key) REFERENCES campaigns(campaign_key);
alter table coupons
  add constraint coupons_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES coupon_decisions(decision_id);
alter table coupons
  add constraint coupons_terms_key_fkey FOREIGN KEY (campaign_key, terms_key) REFERENCES campaign_terms(campaign_key, terms_key);
alter table engine_jobs
  add constraint engine_jobs_training_run_id_fkey FOREIGN KEY (training_run_id) REFERENCES training_runs(training_run_id) ON DELETE CASCADE;
alter table engine_results
  add constraint engine_results_training_run_id_fkey FOREIGN KEY (training_run_id) REFERENCES engine_jobs(training_run_id) ON DELETE CASCADE;
alter table experiment_assignments
  add constraint experiment_assignments_experiment_key_fkey FOREIGN KEY (experiment_key) REFERENCES experiments(experiment_key);
alter table feed_items
  add constraint feed_items_feed_fkey FOREIGN KEY (feed) REFERENCES feeds(name) ON DELETE CASCADE;
alter table giving_customers
  add constraint giving_customers_giving_key_fkey FOREIGN KEY (giving_key) REFERENCES campaign_givings(giving_key);
alter table holdout_considerations
  add constraint holdout_considerations_holdout_id_fkey FOREIGN KEY (holdout_id) REFERENCES holdouts(holdout_id);
alter table holdout_visitors
  add constraint holdout_visitors_holdout_id_fkey FOREIGN KEY (holdout_id) REFERENCES holdouts(holdout_id);
alter table identity_links
  add constraint identity_links_customer_key_fkey FOREIGN KEY (customer_key) REFERENCES customers(customer_key);
alter table identity_links
  add constraint identity_links_visitor_key_fkey FOREIGN KEY (visitor_key) REFERENCES visitors(visitor_key);
alter table item_embeddings
  add constraint item_embeddings_item_key_fkey FOREIGN KEY (item_key) REFERENCES items(item_key);
alter table item_embeddings
  add constraint item_embeddings_length_fkey FOREIGN KEY (length) REFERENCES embedding_length(length);
alter table item_stock_days
  add constraint item_stock_days_item_key_fkey FOREIGN KEY (item_key) REFERENCES items(item_key);
alter table item_supplies
  add constraint item_supplies_item_key_fkey FOREIGN KEY (item_key) REFERENCES items(item_key);
alter table known_devices
  add constraint known_devices_user_key_fkey FOREIGN KEY (user_key) REFERENCES users(user_key) ON DELETE CASCADE;
alter table list_credits
  add constraint list_credits_order_key_line_number_fkey FOREIGN KEY (order_key, line_number) REFERENCES order_lines(order_key, line_number) ON DELETE CASCADE;
alter table model_versions
  add constraint model_versions_training_run_id_fkey FOREIGN KEY (training_run_id) REFERENCES training_runs(training_run_id);
alter table order_lines
  add constraint order_lines_item_key_fkey FOREIGN KEY (item_key) REFERENCES items(item_key);
alter table order_lines
  add constraint order_lines_order_key_fkey FOREIGN KEY (order_key) REFERENCES orders(order_key);
alter table order_statuses
  add constraint order_statuses_order_key_fkey FOREIGN KEY (order_key) REFERENCES orders(order_key);
alter table order_versions
  add constraint order_versions_customer_key_fkey FOREIGN KEY (customer_key) REFERENCES customers(customer_key);
alter table order_versions
  add constraint order_versions_order_key_fkey FOREIGN KEY (order_key) REFERENCES orders(order_key);
alter table order_versions
  add constraint order_versions_visitor_key_fkey FOREIGN KEY (visitor_key) REFERENCES visitors(visitor_key);
alter table orders
  add constraint orders_customer_key_fkey FOREIGN KEY (customer_key) REFERENCES customers(customer_key);
alter table orders
  add constraint orders_import_id_fkey FOREIGN KEY (import_id) REFERENCES imports(import_id);
alter table orders
  add constraint orders_visitor_key_fkey FOREIGN KEY (visitor_key) REFERENCES visitors(visitor_key);
alter table past_campaigns
  add constraint past_campaigns_import_id_fkey FOREIGN KEY (import_id) REFERENCES imports(import_id);
alter table past_coupons
  add constraint past_coupons_campaign_key_fkey FOREIGN KEY (campaign_key) REFERENCES past_campaigns(campaign_key);
alter table past_coupons
  add constraint past_coupons_import_id_fkey FOREIGN KEY (import_id) REFERENCES imports(import_id);
alter table past_recipients
  add constraint past_recipients_campaign_key_fkey FOREIGN KEY (campaign_key) REFERENCES past_campaigns(campaign_key);
alter table past_recipients
  add constraint past_recipients_import_id_fkey FOREIGN KEY (import_id) REFERENCES imports(import_id);
alter table past_redemptions
  add constraint past_redemptions_campaign_key_fkey FOREIGN KEY (campaign_key) REFERENCES past_campaigns(campaign_key);
alter table past_redemptions
  add constraint past_redemptions_import_id_fkey FOREIGN KEY (import_id) REFERENCES imports(import_id);
alter table policies
  add constraint policies_published_version_fkey FOREIGN KEY (policy_id, published_version) REFERENCES policy_versions(policy_id, version);
alter table policy_publications
  add constraint policy_publications_version_fkey FOREIGN KEY (policy_id, version) REFERENCES policy_versions(policy_id, version);
alter table policy_versions
  add constraint policy_versions_policy_id_fkey FOREIGN KEY (policy_id) REFERENCES policies(policy_id);
alter table published_release
  add constraint published_release_release_id_fkey FOREIGN KEY (release_id) REFERENCES releases(release_id);
alter table quarantine
  add constraint quarantine_import_id_fkey FOREIGN KEY (import_id) REFERENCES imports(import_id);
alter table recovery_codes
  add constraint recovery_codes_user_key_fkey FOREIGN KEY (user_key) REFERENCES users(user_key) ON DELETE CASCADE;
alter table referral_codes
  add constraint referral_codes_campaign_key_fkey FOREIGN KEY (campaign_key) REFERENCES campaigns(campaign_key);
alter table referral_codes
  add constraint referral_codes_coupon_key_fkey FOREIGN KEY (coupon_key) REFERENCES coupons(coupon_key);
alter table referrals
  add constraint referrals_coupon_key_fkey FOREIGN KEY (coupon_key) REFERENCES referral_codes(coupon_key);
alter table referrals
  add constraint referrals_reward_key_fkey FOREIGN KEY (reward_key) REFERENCES coupons(coupon_key);
alter table referrals
  add constraint referrals_use_id_fkey FOREIGN KEY (use_id) REFERENCES coupon_uses(use_id);
alter table refund_charges
  add constraint refund_charges_order_key_fkey FOREIGN KEY (order_key) REFERENCES orders(order_key);
alter table refund_charges
  add constraint refund_charges_refund_key_fkey FOREIGN KEY (refund_key) REFERENCES refunds(refund_key);
alter table refund_lines
  add constraint refund_lines_item_key_fkey FOREIGN KEY (item_key) REFERENCES items(item_key);
alter table refund_lines
  add constraint refund_lines_refund_key_fkey FOREIGN KEY (refund_key) REFERENCES refunds(refund_key);
alter table refund_links
  add constraint refund_links_order_key_order_line_number_fkey FOREIGN KEY (order_key, order_line_number) REFERENCES order_lines(order_key, line_number);
alter table refund_links
  add constraint refund_links_refund_key_line_number_fkey FOREIGN KEY (refund_key, line_number) REFERENCES refund_lines(refund_key, line_number);
alter table refund_remainders
  add constraint refund_remainders_line_fkey FOREIGN KEY (refund_key, line_number) REFERENCES refund_lines(refund_key, line_number);
alter table refund_remainders
  add constraint refund_remainders_order_key_fkey FOREIGN KEY (order_key) REFERENCES orders(order_key);
alter table refunds
  add constraint refunds_customer_key_fkey FOREIGN KEY (customer_key) REFERENCES customers(customer_key);
alter table refunds
  add constraint refunds_import_id_fkey FOREIGN KEY (import_id) REFERENCES imports(import_id);
alter table releases
  add constraint releases_training_run_id_fkey FOREIGN KEY (training_run_id) REFERENCES training_runs(training_run_id);
alter table segment_memberships
  add constraint segment_memberships_segment_key_fkey FOREIGN KEY (segment_key) REFERENCES defined_segments(segment_key) ON DELETE CASCADE;
alter table segment_refreshes
  add constraint segment_refreshes_segment_key_fkey FOREIGN KEY (segment_key) REFERENCES defined_segments(segment_key) ON DELETE CASCADE;
alter table sessions
  add constraint sessions_key_id_fkey FOREIGN KEY (key_id) REFERENCES api_keys(key_id);
alter table sessions
  add constraint sessions_user_key_fkey FOREIGN KEY (user_key) REFERENCES users(user_key) ON DELETE CASCADE;
alter table tickets
  add constraint tickets_user_key_fkey FOREIGN KEY (user_key) REFERENCES users(user_key) ON DELETE CASCADE;
