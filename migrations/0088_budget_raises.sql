create table budget_raises (
  raise_id bigint generated always as identity,
  campaign_key integer not null,
  coupon_budget integer,
  money_budget_minor bigint,
  state text default 'waiting' not null,
  asked_by bigint not null,
  asked_by_name text not null,
  asked_at timestamptz not null,
  expires_at timestamptz not null,
  decided_by_name text,
  decided_at timestamptz,
  terms_key integer,
  constraint budget_raises_pkey primary key (raise_id),
  constraint budget_raises_campaign_key_fkey foreign key (campaign_key) references campaigns,
  constraint budget_raises_terms_key_fkey foreign key (campaign_key, terms_key) references campaign_terms (campaign_key, terms_key),
  constraint budget_raises_state_check check (state in ('waiting', 'approved', 'rejected', 'withdrawn')),
  constraint budget_raises_decided_since check ((state = 'waiting') = (decided_at is null)),
  constraint budget_raises_terms_of_approved check ((state = 'approved') = (terms_key is not null))
);
comment on table budget_raises is 'Raises of budgets that are too large for one person: until a second one approves, the old budget holds.';
comment on column budget_raises.coupon_budget is 'Asked for; null: no bound.';
comment on column budget_raises.money_budget_minor is 'Asked for; null: no bound.';
comment on column budget_raises.asked_by is 'A key, or below 0 a user; 0: the command line.';
comment on column budget_raises.terms_key is 'The terms by which it was approved.';
create index budget_raises_campaign_key_idx on budget_raises (campaign_key, raise_id);
create unique index budget_raises_one_waits on budget_raises (campaign_key) where state = 'waiting';

create function note_budget_raise() returns trigger language plpgsql as $$
declare
  kept constant text := 'raise_id coupon_budget money_budget_minor state asked_by_name';
begin
  perform write_audit_entry('budget-raise',
    (select raised.campaign_id from campaigns as raised where raised.campaign_key = new.campaign_key),
    case when tg_op <> 'INSERT' then audited(to_jsonb(old), kept) end, audited(to_jsonb(new), kept));
  return null;
end $$;
comment on function note_budget_raise() is 'An audit entry of a raise, by its campaign.';
create constraint trigger audit_insert after insert on budget_raises deferrable initially deferred for each row
  execute function note_budget_raise();
create constraint trigger audit_update after update on budget_raises deferrable initially deferred for each row
  when (old.state <> new.state)
  execute function note_budget_raise();
