-- Each ledger entry names its use, a use its coupon and a coupon its campaign: what a use and an entry repeat of them needs no
-- checks of its own, and these were three of eight for every coupon.
alter table coupon_ledger
  drop constraint coupon_ledger_coupon_key_fkey,
  drop constraint coupon_ledger_campaign_key_fkey;
alter table coupon_uses drop constraint coupon_uses_campaign_key_fkey;
-- Nobody asks for one campaign's entries: its check adds up all of them.
drop index coupon_ledger_campaign_key_idx;

-- Rows that change with every coupon: room in their page keeps them off the indexes.
alter table coupon_counters set (fillfactor = 80);
alter table campaigns set (fillfactor = 50);

-- Two kilobytes of a decision are not worth the time to compress them.
alter table coupon_decisions set (toast_tuple_target = 8160);
