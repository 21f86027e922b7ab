-- Campaigns that are over leave the list, and codes that got into wrong hands are stopped, or others take their place.
alter table campaigns add column archived_at timestamptz;
comment on column campaigns.archived_at is 'Since when it is listed only where it is asked for; only what has ended is. null: it is listed.';
alter table coupons
  add column stopped_at timestamptz,
  add column replaces bigint;
comment on column coupons.stopped_at is 'From then on it is refused for ever; what was redeemed with it stays. null: it was not stopped.';
comment on column coupons.replaces is 'The coupon_key of the code that was stopped and whose place it takes. null: of none.';
create unique index coupons_replaced_once on coupons (replaces) where replaces is not null;

create or replace function note_campaign() returns trigger language plpgsql as $$
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
end $$;
drop trigger audit_update on campaigns;
create constraint trigger audit_update after update on campaigns deferrable initially deferred for each row
  when (old.terms_key <> new.terms_key or old.paused <> new.paused or old.control_share <> new.control_share
    or old.archived_at is distinct from new.archived_at)
  execute function note_campaign();
