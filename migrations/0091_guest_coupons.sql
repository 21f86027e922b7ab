-- A coupon may be given to a visitor who is nobody by name yet. What is given stays the visitor's, as facts keep the ids that they were
-- sent with, and is that customer's who the visitor turns out to have been.
alter table campaign_terms add column guests boolean default false not null;
comment on column campaign_terms.guests is 'Whether visitors who are nobody by name may have it. Never changes.';

alter table coupons
  add column visitor_key bigint,
  add constraint coupons_of_one_person check (customer_key is null or visitor_key is null);
comment on column coupons.visitor_key is 'The visitor who was given it as nobody by name. null: not given so, or the person was erased.';
create index coupons_visitor_key_idx on coupons (visitor_key) where visitor_key is not null;

alter table coupon_uses add column visitor_key bigint;
comment on column coupon_uses.visitor_key is
  'The visitor who was given it as nobody by name; customer_key is then who redeemed it by name, and it counts for the visitor.';
create index coupon_uses_visitor_key_campaign_key_idx on coupon_uses (visitor_key, campaign_key) where visitor_key is not null;

alter table coupon_counters
  drop constraint coupon_counters_per_check,
  add constraint coupon_counters_per_check check (per in ('campaign', 'customer', 'code', 'visitor'));
comment on table coupon_counters is
  'Units held by campaign, customer, visitor or code, in all or in a period; changed by conditional updates only. A visitor''s count for the customer too who they turn out to have been.';
create index coupon_counters_visitor_idx on coupon_counters (holder) where per = 'visitor';

alter table coupon_decisions add column visitor_key bigint;
comment on column coupon_decisions.visitor_key is 'The visitor about whom it was, as nobody by name.';
create index coupon_decisions_visitor_key_idx on coupon_decisions (visitor_key) where visitor_key is not null;
drop trigger answer_kept on coupon_decisions;
create trigger answer_kept before update on coupon_decisions for each row
  when (new.customer_key is not null or new.visitor_key is not null or new.decided_at <> old.decided_at
    or new.inputs::text <> old.inputs::text or new.answer::text <> old.answer::text)
  execute function refuse_change();

alter table experiment_assignments
  add column visitor_key bigint,
  add constraint experiment_assignments_of_one_person check (customer_key is null or visitor_key is null);
comment on table experiment_assignments is 'The arm in which a customer, or a visitor who is nobody by name, was when an experiment first considered them.';
create unique index visitor_assigned_once on experiment_assignments (experiment_key, visitor_key) where visitor_key is not null;
create index experiment_assignments_visitor_key_idx on experiment_assignments (visitor_key) where visitor_key is not null;

alter table idempotent_answers add column visitor_key bigint;
comment on column idempotent_answers.visitor_key is 'The visitor whom the request names alone, so that it goes with them.';
create index idempotent_answers_visitor_key_idx on idempotent_answers (visitor_key) where visitor_key is not null;

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
end $$;
