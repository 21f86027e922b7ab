create table campaign_costs (
  campaign_key integer not null,
  cost_id text collate "C" not null,
  name text not null,
  per text not null,
  amount numeric(18,6) not null,
  day date,
  told_at timestamptz not null,
  constraint campaign_costs_pkey primary key (campaign_key, cost_id),
  constraint campaign_costs_campaign_key_fkey foreign key (campaign_key) references campaigns,
  constraint campaign_costs_per_check check (per in ('coupon', 'once')),
  constraint campaign_costs_amount_check check (amount >= 0),
  constraint campaign_costs_day_of_once check ((per = 'once') = (day is not null))
);
comment on table campaign_costs is 'What a campaign costs beside its discounts, as people tell it: sending, media.';
comment on column campaign_costs.amount is 'Of each coupon that is given, or in all.';
comment on column campaign_costs.day is 'From which on it counts, in the shop''s zone; null: as coupons are given.';

create function note_campaign_cost() returns trigger language plpgsql as $$
declare
  kept constant text := 'cost_id name per amount day';
begin
  perform write_audit_entry('campaign-cost',
    (select costly.campaign_id from campaigns as costly where costly.campaign_key = coalesce(new.campaign_key, old.campaign_key)),
    case when tg_op <> 'INSERT' then audited(to_jsonb(old), kept) end,
    case when tg_op <> 'DELETE' then audited(to_jsonb(new), kept) end);
  return null;
end $$;
comment on function note_campaign_cost() is 'An audit entry of a cost, by its campaign.';
create constraint trigger audit_insert after insert on campaign_costs deferrable initially deferred for each row
  execute function note_campaign_cost();
create constraint trigger audit_update after update on campaign_costs deferrable initially deferred for each row
  when ((old.name, old.per, old.amount, old.day) is distinct from (new.name, new.per, new.amount, new.day))
  execute function note_campaign_cost();
create constraint trigger audit_delete after delete on campaign_costs deferrable initially deferred for each row
  execute function note_campaign_cost();
