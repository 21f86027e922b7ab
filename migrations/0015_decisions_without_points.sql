-- Where a customer falls in [0, 1) is a hash of the customer's id by a salt that is kept here too: whoever has both finds again
-- whose a decision was. What came of it is all that is needed to make the decision again.
alter table coupon_decisions disable trigger answer_kept;
update coupon_decisions as decision set inputs = (
  select json_object_agg(
    case key when 'points' then 'drawn' else key end,
    case key when 'points' then json_build_object(
      'inHoldout', (value->>'holdout')::float8 < (inputs->>'holdoutShare')::float8,
      'control', (
        select coalesce(json_agg(json_build_array(point->0, (point->>1)::float8 < control_share::float8) order by nth), '[]')
        from json_array_elements(value->'control') with ordinality as asked (point, nth)
        join coupon_rule_sets on set_id = inputs->>'set'
        join campaigns on campaign_key = campaign_keys[(point->>0)::int + 1]),
      'draw', value->'draw',
      'pick', value->'pick')
    else value end
    order by place)
  from json_each(inputs) with ordinality as part (key, value, place))
where inputs->'points' is not null;
alter table coupon_decisions enable trigger answer_kept;
