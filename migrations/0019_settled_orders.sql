-- All codes of an order are settled together: what a redemption gives is stated anew when a code comes that applies before it.

-- The lines that an order's codes were redeemed on; null: from before they were kept.
alter table coupon_uses add column lines_hash bytea;

-- restatement: the discount of a redemption changes by redeemed_minor. It may be less than nothing.
alter table coupon_ledger
  drop constraint coupon_ledger_kind_check,
  add constraint coupon_ledger_kind_check
    check (kind in ('reservation', 'redemption', 'restatement', 'expiry', 'release', 'reversal'));

-- null: no refund of the shop's, but a redemption that others of its order left nothing to give.
alter table coupon_reversals alter column reversal_id drop not null;
