-- A campaign is given to a segment as a whole: a job, whose row is the truth of how far it is.
create table campaign_givings (
  giving_key integer generated always as identity,
  campaign_key integer not null,
  giving_id text collate "C" not null,
  segment_id text collate "C",
  starts_at timestamptz not null,
  asked_at timestamptz not null,
  status text not null default 'waiting',
  finished_at timestamptz,
  after_key integer not null default 0,
  outcomes jsonb not null default '{}',
  lease_holder text,
  lease_until timestamptz,
  constraint campaign_givings_pkey primary key (giving_key),
  constraint campaign_givings_campaign_key_giving_id_key unique (campaign_key, giving_id),
  constraint campaign_givings_campaign_key_fkey foreign key (campaign_key) references campaigns,
  constraint campaign_givings_giving_id_check check (length(giving_id) >= 1 and length(giving_id) <= 128),
  constraint campaign_givings_status_check check (status in ('waiting', 'running', 'finished', 'stopped')),
  constraint campaign_givings_finished_once_over check ((status in ('finished', 'stopped')) = (finished_at is not null))
);
comment on table campaign_givings is 'Campaigns that are given to many at once, from a moment on, and how far that is.';
comment on column campaign_givings.segment_id is 'To whom. null: everybody who may be profiled.';
comment on column campaign_givings.after_key is 'Customers up to this key were decided about; it moves in the transaction of their decisions.';
comment on column campaign_givings.outcomes is 'How many customers came to which outcome.';
comment on column campaign_givings.lease_until is 'By the database''s clock: until then it is the holder''s, who alone works at it.';
create index campaign_givings_open_idx on campaign_givings (starts_at) where status in ('waiting', 'running');
create constraint trigger audit_insert after insert on campaign_givings deferrable initially deferred for each row
  execute function note_change('giving', 'campaign_key segment_id starts_at', 'giving_id');
create constraint trigger audit_update after update on campaign_givings deferrable initially deferred for each row
  when (old.status <> new.status and new.status = 'stopped')
  execute function note_change('giving', 'campaign_key segment_id starts_at status', 'giving_id');

create table giving_customers (
  giving_key integer not null,
  customer_key integer not null,
  decision_id bigint not null,
  outcome text collate "C" not null,
  code text collate "C",
  constraint giving_customers_pkey primary key (giving_key, customer_key),
  constraint giving_customers_giving_key_fkey foreign key (giving_key) references campaign_givings,
  constraint giving_customers_code_where_granted check ((outcome = 'granted') = (code is not null))
);
comment on table giving_customers is 'Who got what by a giving, each once. Whoever is erased is in it no more.';
comment on column giving_customers.code is 'null: none was given, for the reason that is the outcome.';
create index giving_customers_customer_key_idx on giving_customers (customer_key);

create or replace function write_decisions(
  request_operation text,
  time_zone text,
  decisions json,
  inputs text,
  answers text,
  grants json,
  takings json,
  counters json,
  assignments json
) returns table (
  of_campaign int,
  now_issued int,
  now_reserved_minor bigint,
  now_redeemed_minor bigint,
  now_reversed_minor bigint
) language plpgsql set enable_seqscan = off as $$
#variable_conflict use_column
declare
  taking record;
  named int[];
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

  with asked as materialized (
    select *, pg_try_advisory_xact_lock(
        hashtextextended(current_schema() || request_operation || key_id || idempotency_key, 0)) as free
    from json_to_recordset(decisions)
      as made (decision_id bigint, customer_key int, key_id bigint, idempotency_key text, body_hash text)
    -- Those that nobody asked for by a request of their own have none to claim.
    where key_id is not null),
  claimed as (
    insert into idempotent_answers (operation, key_id, idempotency_key, body_hash, answer, customer_key)
    select request_operation, key_id, idempotency_key, decode(body_hash, 'hex'), json_build_object('decision_id', decision_id), customer_key
    from asked where free order by key_id, idempotency_key
    on conflict do nothing returning key_id, idempotency_key)
  select string_agg(asked.decision_id::text, ',') into unclaimed
  from asked left join claimed using (key_id, idempotency_key) where claimed.key_id is null;
  if unclaimed is not null then
    raise exception 'requests of others' using errcode = 'PD002', detail = unclaimed;
  end if;

  insert into coupon_decisions (decision_id, customer_key, decided_at, inputs, answer) overriding system value
  select decision_id, customer_key, decided_at, input::json, answer::json
  from rows from (
    json_to_recordset(decisions) as (decision_id bigint, customer_key int, decided_at timestamptz),
    unnest(string_to_array(inputs, e'\n')),
    unnest(string_to_array(answers, e'\n'))) as made (decision_id, customer_key, decided_at, input, answer);

  with granted as materialized (
    select * from json_to_recordset(grants) as granted (code text, campaign_key int, terms_key int, customer_key int,
      decision_id bigint, reserved_minor bigint, issued_at timestamptz, valid_until timestamptz, day date, week date, month date)),
  issued as (
    insert into coupons (code, campaign_key, terms_key, customer_key, decision_id, issued_at, valid_until)
    select code, campaign_key, terms_key, customer_key, decision_id, issued_at, valid_until from granted
    returning coupon_key, code),
  taken as (
    insert into coupon_uses (coupon_key, campaign_key, terms_key, customer_key, state, reserved_minor, taken_at, expires_at, day, week, month)
    select coupon_key, campaign_key, terms_key, customer_key, 'reserved', reserved_minor, issued_at, valid_until, day, week, month
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

  with given as materialized (
    select * from json_to_recordset(assignments) as given (experiment_key int, customer_key int, arm text, control_share numeric,
      holdout_share numeric, decision_id bigint, assigned_at timestamptz)),
  considered as (
    insert into holdout_considerations (customer_key, holdout_id, arm, considered_at)
    select distinct on (given.customer_key) given.customer_key, held.holdout_id, given.arm, given.assigned_at
    from given, (select latest.holdout_id, latest.share from holdouts as latest where latest.kind = 'coupons'
                 order by latest.holdout_id desc limit 1) as held
    where held.share > 0 and held.share = given.holdout_share order by given.customer_key, given.decision_id
    on conflict (customer_key, holdout_id) do nothing)
  insert into experiment_assignments
    (experiment_key, customer_key, arm, control_share, holdout_share, decision_id, assigned_at)
  select * from given order by experiment_key, customer_key, decision_id
  on conflict (experiment_key, customer_key) do nothing;
end $$;
