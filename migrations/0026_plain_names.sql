-- Names that are no words of SQL; figures of tags that are not packed; constraints whose names say what they keep; and what kinds
-- of models there are is the code's to say.

alter table events rename column position to list_position;
alter table order_lines rename column position to list_position;
alter table order_lines rename constraint order_lines_position_check to order_lines_list_position_check;
alter table association_rules rename column count to joint_count;
alter table segment_refreshes rename column "left" to departed;
alter table segment_refreshes rename column entered to arrived;

-- Share, recency weight and lines of a preference were three neighbours in one array.
alter table customer_tags
  add column category_shares real[],
  add column category_recency_weights real[],
  add column category_lines int[],
  add column brand_shares real[],
  add column brand_recency_weights real[],
  add column brand_lines int[];
update customer_tags set
  category_shares = array(
    select customer_tags.category_figures[3 * nth.place - 2]
    from generate_subscripts(customer_tags.category_keys, 1) as nth (place) order by nth.place),
  category_recency_weights = array(
    select customer_tags.category_figures[3 * nth.place - 1]
    from generate_subscripts(customer_tags.category_keys, 1) as nth (place) order by nth.place),
  category_lines = array(
    select customer_tags.category_figures[3 * nth.place]::int
    from generate_subscripts(customer_tags.category_keys, 1) as nth (place) order by nth.place)
where category_keys is not null;
update customer_tags set
  brand_shares = array(
    select customer_tags.brand_figures[3 * nth.place - 2]
    from generate_subscripts(customer_tags.brand_keys, 1) as nth (place) order by nth.place),
  brand_recency_weights = array(
    select customer_tags.brand_figures[3 * nth.place - 1]
    from generate_subscripts(customer_tags.brand_keys, 1) as nth (place) order by nth.place),
  brand_lines = array(
    select customer_tags.brand_figures[3 * nth.place]::int
    from generate_subscripts(customer_tags.brand_keys, 1) as nth (place) order by nth.place)
where brand_keys is not null;
alter table customer_tags drop column category_figures, drop column brand_figures;

alter table model_versions drop constraint model_versions_kind_check;

alter table campaigns rename constraint campaigns_check to campaigns_valid_until_after_from;
alter table campaigns rename constraint campaigns_check1 to campaigns_discount_of_its_type;
alter table campaigns rename constraint campaigns_check2 to campaigns_money_budget_needs_maximum;
alter table campaigns rename constraint campaigns_check3 to campaigns_units_add_up;
alter table campaigns rename constraint campaigns_check4 to campaigns_money_adds_up;
alter table coupon_ledger rename constraint coupon_ledger_check to coupon_ledger_reversal_named;
alter table coupon_uses rename constraint coupon_uses_check to coupon_uses_reversed_within_discount;
alter table coupon_uses rename constraint coupon_uses_check1 to coupon_uses_reserved_until;
alter table coupon_uses rename constraint coupon_uses_check2 to coupon_uses_redeemed_since;
alter table defined_segments rename constraint defined_segments_check to defined_segments_id_of_its_kind;
alter table past_campaigns rename constraint past_campaigns_check to past_campaigns_ended_after_start;
alter table past_recipients rename constraint past_recipients_campaign_key_customer_key_key to past_recipient_once;
alter table past_redemptions
  rename constraint past_redemptions_campaign_key_customer_key_code_redeemed_at_key to past_redemption_once;
alter table holdout_considerations
  rename constraint holdout_considerations_customer_key_holdout_id_key to considered_once;
