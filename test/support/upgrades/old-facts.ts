/** SQL that fills a schema as it was from one migration (inclusive) to another (exclusive). */
interface Filling {
  from: number;
  until?: number;
  /** comes with those from this migration on, because others name its rows; absent: `from` */
  among?: number;
  sql: string;
}

/** A version's rows as versions before keys loaded them: in a table of their own, which is then attached. */
function servedTable(table: string, columns: string, rows: string, indexes: string[] = []): string {
  return `
    create table ${table}_v1 (like ${table} including defaults including constraints);
    alter table ${table}_v1 alter version set default 1, add check (version = 1);
    insert into ${table}_v1 (${columns}) values ${rows};
    ${indexes.map((index) => `create index on ${table}_v1 (${index});`).join(' ')}
    alter table ${table} attach partition ${table}_v1 for values in (1);`;
}

const events = (position: string) => `
  insert into events (event_id, type, customer_key, visitor_key, item_key, occurred_at, list_id, ${position}, properties) values
    ('E1', 'click', 1, null, 1, '2026-03-01', '00000000-0000-7000-8000-000000000001', 3, '{"x": 1}'),
    ('E2', 'search', null, 2, null, '2026-03-02', null, null, null);`;
const rules = (count: string) =>
  servedTable(
    'association_rules',
    `rule_number, antecedent, consequent, ${count}, antecedent_count, consequent_count, support, confidence, lift, leverage,
     conviction, p_value`,
    `(0, '{1}', 2, 11, 20, 30, 0.11, 0.55, 1.8, 0.05, 1.5, 0.001)`,
  );
/** @param more columns that campaigns have since, and their values of each */
const campaigns = (more = '', tenth = '', fiver = '') => `
  insert into campaigns (campaign_id, name, discount_type, percent, amount_minor, maximum_discount_minor, valid_from, valid_until,
      coupon_valid_days, coupon_budget, money_budget_minor, limit_per_customer, target_groups, item_ids, categories, priority,
      content_hash, created_at, issued, redeemed, money_redeemed_minor, money_reserved_minor${more}) values
    ('tenth', 'A tenth', 'percent', 10, null, 500, '2026-01-01', '2027-01-01', 30, 100, 50000, 2, '{ordinary}', '{}', '{}', 1,
      '\\x06', '2026-01-01', 2, 1, 65, 500${tenth}),
    ('fiver', 'Five off', 'amount', null, 500, null, '2026-01-01', '2027-01-01', 30, null, null, 1, '{}', '{tea}', '{}', 2,
      '\\x07', '2026-01-01', 0, 0, 0, 0${fiver});`;
/** The same campaigns, each with its first terms; the names of columns that were campaigns' alone are campaigns' still. */
const campaignsWithTerms = `
  insert into campaigns (campaign_id, experiment_key, terms_key, coupon_budget, money_budget_minor, created_at, issued, redeemed,
      money_redeemed_minor, money_reserved_minor) values
    ('tenth', 1, 1, 100, 50000, '2026-01-01', 2, 1, 65, 500), ('fiver', 2, 2, null, null, '2026-01-01', 0, 0, 0, 0);
  insert into campaign_terms (campaign_key, version, name, discount_type, percent, amount_minor, maximum_discount_minor, valid_from,
      valid_until, coupon_valid_days, coupon_budget, money_budget_minor, limit_per_customer, target_groups, target_segments,
      item_ids, categories, priority, limits, stacking, stacking_order, content_hash, since) values
    (1, 1, 'A tenth', 'percent', 10, null, 500, '2026-01-01', '2027-01-01', 30, 100, 50000, 2, '{ordinary}', '{}', '{}', '{}', 1,
      '[]', 'exclusive', 0, '\\x06', '2026-01-01'),
    (2, 1, 'Five off', 'amount', null, 500, null, '2026-01-01', '2027-01-01', 30, null, null, 1, '{}', '{rule-big}', '{tea}', '{}', 2,
      '[]', 'exclusive', 0, '\\x07', '2026-01-01');`;
/** @param columns a column that coupons and uses have since */
const coupons = (column = '') => {
  const first = column && ', 1';
  const none = column && ', null';
  return `
      insert into coupons (code, campaign_key, customer_key, decision_id, issued_at, valid_until${column}) values
        ('TENTH-1', 1, 1, 1, '2026-03-02', '2026-04-01'${first}), ('TENTH-2', 1, 1, 2, '2026-03-02', '2026-04-01'${first});
      insert into coupons (code, campaign_key, issued_at, valid_until, kind, usage_limit, held, batch_id${column}) values
        ('SPRING', 1, '2026-03-02', '2026-04-01', 'shared', null, 0, null${none}),
        ('B-1', 1, '2026-03-02', ${column ? 'null' : `'2027-01-01'`}, 'single', 1, 0, 'b'${none});
      insert into coupon_uses (coupon_key, campaign_key, customer_key, state, reserved_minor, discount_minor, reversed_minor, order_id, taken_at, expires_at,
          redeemed_at, day, week, month${column}) values
        (1, 1, 1, 'partly-reversed', 500, 65, 30, 'O1', '2026-03-02', '2026-04-01', '2026-03-03', '2026-03-02', '2026-03-02', '2026-03-01'${first}),
        (2, 1, 1, 'reserved', 500, null, 0, null, '2026-03-02', '2026-04-01', null, '2026-03-02', '2026-03-02', '2026-03-01'${first});`;
};
const arms = (assignments: string, experimentKey: string, holdouts: string, sets: string, keys = 'campaign_keys') => `
  insert into ${sets} (set_id, ${keys}) values ('set', '{1,2}');
  insert into ${assignments} (${experimentKey}, customer_key, arm, control_share, holdout_share, decision_id, assigned_at) values
    (1, 1, 'treatment', 0, 0.05, 1, '2026-03-02'), (1, null, 'holdout', 0, 0.05, 1, '2026-03-02');
  insert into ${holdouts} (share, exploration_share, salt, since) values (0.05, 0.1, 'salt', '2026-02-01');`;
const refreshes = (entered: string, left: string) => `
  insert into segment_refreshes (segment_key, as_of, versions, members, ${entered}, ${left}) values
    (1, '2026-03-01', '{}', 2, 2, 0), (1, '2026-03-02', '{}', 1, 0, 1);`;

/** A shop's rows in every table there was, by plain SQL: what the code writes today has no part in it. */
export const fillings: Filling[] = [
  {
    from: 1,
    sql: `
      insert into items (item_id, title, category, brand, price, provisional, is_product, updated_at) values
        ('tea', 'Tea', 'Food > Tea', 'Leaf', 3.25, false, true, '2026-01-01'),
        ('cup', 'A cup', null, null, 10, true, true, '2026-02-01'),
        ('pot', null, null, null, null, true, true, '2026-02-02'),
        ('postage', 'Postage', null, null, null, false, false, '2026-01-02');
      insert into customers (customer_id, profiling_allowed, attributes) values
        ('anna', true, '{"city": "Graz"}'), ('ben', false, '{}');
      insert into visitors (visitor_id) values ('v1'), ('v2');
      insert into identity_links (visitor_key, customer_key, appeared_at, valid_from) values (1, 1, '2026-01-01', '-infinity');
      create table events_2026_03 (like events including defaults including constraints);
      alter table events attach partition events_2026_03 for values from ('2026-03-01') to ('2026-04-01');
      insert into event_keys (event_id, occurred_at) values ('E1', '2026-03-01'), ('E2', '2026-03-02');
      insert into imports (kind, file, status, report) values ('orders', 'orders.csv', 'finished', '{"rows": 2}');
      insert into orders (order_id, customer_key, visitor_key, occurred_at, total_minor, content_hash, import_id) values
        ('O1', 1, 1, '2026-03-03', 1650, '\\x01', 1), ('O2', null, 2, '2026-03-04', 1000, '\\x02', null);
      insert into order_lines (order_key, line_number, item_key, quantity, unit_price, list_price, amount_minor, coupon_code, list_id) values
        (1, 1, 1, 2, 3.25, 3.5, 650, 'TENTH-1', null),
        (1, 2, 2, 1, 10, null, 1000, null, '00000000-0000-7000-8000-000000000001'),
        (2, 1, 2, 1, 10, null, 1000, null, null);
      insert into refunds (refund_id, customer_key, occurred_at, content_hash) values ('R1', 1, '2026-03-05', '\\x03');
      insert into refund_lines (refund_key, line_number, item_key, quantity) values (1, 1, 1, 1);
      insert into refund_links (refund_key, line_number, order_key, order_line_number, quantity, amount_minor) values (1, 1, 1, 1, 1, 325);
      insert into quarantine (kind, rules, raw, raw_hash, customer_id, import_id, row_number) values
        ('order', '{quantity_not_positive}', '{"order_id": "O3"}', '\\x04', 'anna', 1, 3);
      insert into corrections (import_id, row_number, field, rule, before, after) values (1, 2, 'title', 'trimmed', ' Tea', 'Tea');`,
  },
  {
    from: 1,
    until: 26,
    sql: events('position'),
  },
  {
    from: 2,
    sql: `
      insert into leases (name, holder, expires_at, done_for) values ('night', 'one', '2026-03-06', '2026-03-05');
      insert into training_runs (status, models, as_of, watermark, seed, recipes, code_version, versions, release_id) values
        ('succeeded', '{popularity}', '2026-03-05', '2026-03-05', 7, '{}', '0.1', '{"popularity": 1}', 1),
        ('failed', '{popularity}', '2026-03-06', null, 7, '{}', '0.1', '{}', null);
      insert into model_versions (kind, version, training_run_id, as_of, seed, recipe, row_count, checksum) values
        ('popularity', 1, 1, '2026-03-05', 7, '{}', 2, 'p'), ('association-rules', 1, 1, '2026-03-05', 7, '{}', 1, 'a'),
        ('segmentation', 1, 1, '2026-03-05', 7, '{"k": 4}', 1, 's');
      insert into releases (versions, reason, training_run_id) values ('{"popularity": 1}', 'night', 1);
      insert into published_release (release_id) values (1);
      ${servedTable('popularity_scores', 'item_key, score, purchases', '(1, 2.5, 3), (2, 1.5, 2)')}
      ${servedTable('item_neighbours', 'item_key, neighbours, weights', `(1, '{2}', '{0.5}')`)}
      ${servedTable(
        'customer_segments',
        `customer_key, recency_days, frequency, monetary_minor, recency_score, frequency_score, monetary_score, customer_group,
         group_since, previous_group, cluster, cluster_since, average_order_minor, average_unit_price, discount_share`,
        `(1, 3, 2, 1325, 5, 4, 3, 'ordinary', '2026-03-01', null, 2, '2026-03-01', 662, 5.5, 0.25)`,
        ['customer_key', 'customer_group, customer_key', 'cluster, customer_key'],
      )}
      insert into served_lists (list_id, customer_key, release_id, item_keys, served_at) values
        ('00000000-0000-7000-8000-000000000001', 1, 1, '{1,2}', '2026-03-01'),
        ('00000000-0000-7000-8000-000000000002', null, 1, '{2}', '2026-03-02');`,
  },
  {
    from: 2,
    until: 26,
    sql: rules('count'),
  },
  {
    from: 3,
    sql: `insert into api_keys (name, key_hash, scopes) values ('storefront', '\\x05', '{events,recommend}');`,
  },
  { from: 4, until: 29, sql: campaigns() },
  {
    from: 29,
    among: 4,
    sql: `insert into experiments (kind, experiment_id) values ('campaign', 'tenth'), ('campaign', 'fiver');`,
  },
  { from: 29, until: 32, among: 4, sql: campaigns(', experiment_key', ', 1', ', 2') },
  // One transaction: a campaign and its first terms name each other.
  { from: 32, among: 4, sql: campaignsWithTerms },
  { from: 9, until: 29, sql: arms('campaign_assignments', 'campaign_key', 'coupon_holdouts', 'coupon_rule_sets') },
  { from: 29, until: 32, among: 9, sql: arms('experiment_assignments', 'experiment_key', 'holdouts', 'campaign_sets') },
  {
    from: 32,
    among: 9,
    sql: arms('experiment_assignments', 'experiment_key', 'holdouts', 'campaign_sets', 'terms_keys'),
  },
  {
    from: 4,
    sql: `
      insert into idempotent_answers (operation, key_id, idempotency_key, body_hash, answer, customer_key) values
        ('decideCoupon', 1, 'k1', '\\x08', '{"status": 200}', 1);`,
  },
  {
    from: 4,
    until: 9,
    sql: `
      insert into coupon_decisions (customer_key, decided_at, inputs, answer) values
        (1, '2026-03-02', '{"a": 1}', '{"coupon": "TENTH-1"}'), (1, '2026-03-02T23:30:00Z', '{"a": 2}', '{"coupon": "TENTH-2"}');
      insert into coupons (code, campaign_key, customer_key, decision_id, status, reserved_minor, issued_at, valid_until) values
        ('TENTH-1', 1, 1, 1, 'redeemed', 500, '2026-03-02', '2026-04-01'), ('TENTH-2', 1, 1, 2, 'open', 500, '2026-03-02T23:30:00Z', '2026-04-01');
      insert into coupon_ledger (coupon_key, campaign_key, kind, reserved_minor, redeemed_minor, order_id, occurred_at) values
        (1, 1, 'reservation', 500, 0, null, '2026-03-02'), (1, 1, 'redemption', -500, 65, 'O1', '2026-03-03'),
        (2, 1, 'reservation', 500, 0, null, '2026-03-02T23:30:00Z');`,
  },
  {
    from: 5,
    sql: `insert into rule_blocks (antecedent, consequent) values ('{1}', 3);`,
  },
  {
    from: 6,
    sql: `insert into segment_changes (segment_id, customer_key, change, changed_at, version) values ('group-ordinary', 1, 'entered', '2026-03-05', 1);`,
  },
  {
    from: 7,
    sql: `
      insert into model_versions (kind, version, as_of, seed, recipe, row_count, checksum) values ('customer-value', 1, '2026-03-05', 7, '{}', 1, 'v');
      ${servedTable(
        'customer_values',
        'customer_key, expected_orders, order_value_minor, revenue_minor, alive_probability, next_order_at, likelier_than',
        `(1, 1.5, 800, 1200, 0.75, '2026-04-01', 0.5)`,
        ['customer_key'],
      )}`,
  },
  {
    from: 9,
    sql: `
      insert into coupon_decisions (customer_key, decided_at, inputs, answer) values
        (1, '2026-03-02', '{"a": 1}', '{"coupon": "TENTH-1"}'), (1, '2026-03-02', '{"a": 2}', '{"coupon": "TENTH-2"}');`,
  },
  { from: 9, until: 32, sql: coupons() },
  { from: 32, among: 9, sql: coupons(', terms_key') },
  {
    from: 9,
    sql: `
      insert into coupon_counters (campaign_key, per, holder, period, starts, units, at_most) values (1, 'customer', 1, 'total', '0001-01-01', 2, 2);
      insert into coupon_reversals (reversal_id, use_id, amount_minor, unit_given_back, content_hash, reversed_at) values
        ('R1', 1, 30, false, '\\x09', '2026-03-05');
      insert into coupon_ledger (use_id, coupon_key, campaign_key, kind, units, reserved_minor, redeemed_minor, reversed_minor, order_id, occurred_at,
          reversal_key) values
        (1, 1, 1, 'reservation', 1, 500, 0, 0, null, '2026-03-02', null), (1, 1, 1, 'redemption', 0, -500, 65, 0, 'O1', '2026-03-03', null),
        (1, 1, 1, 'reversal', 0, 0, 0, 30, 'O1', '2026-03-05', 1), (2, 2, 1, 'reservation', 1, 500, 0, 0, null, '2026-03-02', null);
      update campaigns set reversed = 0, money_reversed_minor = 30 where campaign_id = 'tenth';`,
  },
  {
    from: 2,
    until: 72,
    sql: servedTable(
      'customer_lists',
      'customer_key, item_keys, scores, sources, because',
      `(1, '{2,1}', '{2,0.5}', '{1,0}', '{0,300}')`,
      ['customer_key'],
    ),
  },
  {
    from: 72,
    // The same: keys 2 and 1, reasons none and 300, scores 2 and a half, sources 1 and 0.
    sql: servedTable(
      'customer_lists',
      'customer_key, list',
      `(1, '\\x0000000200000001000000000000012c400000003f0000000100')`,
    ),
  },
  {
    from: 10,
    sql: `
      insert into model_versions (kind, version, as_of, seed, recipe, row_count, checksum) values ('customer-tags', 1, '2026-03-05', 7, '{}', 2, 't');
      ${servedTable('tag_names', 'kind, name_key, name', `('category', 1, 'Food'), ('category', 2, 'Home'), ('brand', 1, 'Leaf')`, ['kind, name_key'])}
      insert into defined_segments (segment_id, name, definition, created_at) values
        ('list-vips', 'VIPs', null, '2026-03-01'), ('rule-big', 'Big', '{"rfm": "monetary"}', '2026-03-01');
      insert into segment_memberships (segment_key, customer_key, entered_refresh, entered_at, left_refresh) values
        (1, 1, 1, '2026-03-01', null), (1, 2, 1, '2026-03-01', 2);`,
  },
  {
    from: 10,
    until: 26,
    sql: `
      ${refreshes('entered', '"left"')}
      ${servedTable(
        'customer_tags',
        'customer_key, category_keys, category_figures, brand_keys, brand_figures, price_band, price_level, price_lines',
        `(1, '{2,1}', '{0.5,0.25,4,0.125,0.0625,2}', '{1}', '{1,0.75,6}', 'middle', 0.5, 6),
         (2, null, null, null, null, 'high', 0.9, 3)`,
        ['customer_key'],
      )}`,
  },
  {
    from: 11,
    sql: `
      insert into past_campaigns (campaign_id, name, started_at, ended_at, import_id) values ('old', 'Old', '2025-01-01', '2025-02-01', 1);
      insert into past_recipients (campaign_key, customer_key, import_id) values (1, 1, 1), (1, null, 1), (1, null, 1);
      insert into past_coupons (campaign_key, code, item_id, import_id) values (1, 'OLD', '', 1);
      insert into past_redemptions (campaign_key, customer_key, code, redeemed_at, order_id, discount_minor, import_id) values
        (1, 1, 'OLD', '2025-01-10', '', null, 1), (1, null, 'OLD', '2025-01-10', '', 50, 1), (1, null, 'OLD', '2025-01-10', '', 50, 1);`,
  },
  {
    from: 12,
    sql: `insert into campaign_responses (campaign_key, training_run_id, as_of, verdict, report) values (1, 1, '2026-03-05', 'none', '{"n": 1}');`,
  },
  { from: 14, until: 32, sql: `update campaigns set target_segments = '{rule-big}' where campaign_id = 'fiver';` },
  {
    from: 14,
    sql: `
      insert into response_features (customer_key, features, order_minor, margin_minor) values (1, '{1,2.5}', 662, 331.5);`,
  },
  {
    from: 9,
    until: 15,
    sql: `
      insert into coupon_decisions (customer_key, decided_at, inputs, answer) values (1, '2026-03-02',
        '{"set": "set", "holdoutShare": 0.05, "points": {"holdout": 0.04, "control": [[0, 0.5]], "draw": 0.7, "pick": 0.1}}', '{}');`,
  },
  {
    from: 16,
    sql: `
      insert into holdout_considerations (customer_key, holdout_id, arm, considered_at) values
        (2, 2, 'holdout', '2026-03-02'), (null, 2, 'treatment', '2026-03-02'), (null, 2, 'treatment', '2026-03-02');`,
  },
  {
    from: 18,
    sql: `
      update items set titled_at = '2026-01-31' where item_id = 'cup';
      insert into erased_people (person_hash, erased_at, profiling_allowed) values (erasure_hash('customer', 'carl'), '2026-03-01', false);`,
  },
  {
    from: 19,
    sql: `
      update coupon_uses set lines_hash = '\\x0a' where use_id = 1;
      insert into coupon_reversals (reversal_id, use_id, amount_minor, unit_given_back, content_hash, reversed_at) values (null, 1, 0, false, '\\x0b', '2026-03-06');
      insert into coupon_ledger (use_id, coupon_key, campaign_key, kind, reserved_minor, redeemed_minor, order_id, occurred_at) values
        (1, 1, 1, 'restatement', 0, -1, 'O1', '2026-03-06');`,
  },
  { from: 20, sql: `insert into code_guesses (guesser, since, guesses) values ('\\x0c', '2026-03-06', 3);` },
  {
    from: 21,
    sql: `
      update items set is_product_by = 'words' where item_id = 'postage';
      update quarantine set faults = '[{"field": "quantity"}]';`,
  },
  { from: 22, sql: `update training_runs set warnings = '{"few orders"}' where training_run_id = 1;` },
  {
    from: 23,
    sql: `update shop set currency = 'EUR', minor_digits = 2, time_zone = 'UTC', settled_at = '2026-03-01';`,
  },
  { from: 24, until: 26, sql: `update order_lines set position = 4 where order_key = 1 and line_number = 2;` },
  { from: 26, sql: `${events('list_position')} ${rules('joint_count')} ${refreshes('arrived', 'departed')}` },
  {
    from: 26,
    sql: `
      update order_lines set list_position = 4 where order_key = 1 and line_number = 2;
      ${servedTable(
        'customer_tags',
        `customer_key, category_keys, category_shares, category_recency_weights, category_lines, brand_keys, brand_shares,
         brand_recency_weights, brand_lines, price_band, price_level, price_lines`,
        `(1, '{2,1}', '{0.5,0.125}', '{0.25,0.0625}', '{4,2}', '{1}', '{1}', '{0.75}', '{6}', 'middle', 0.5, 6),
         (2, null, null, null, null, null, null, null, null, 'high', 0.9, 3)`,
      )}`,
  },
  {
    from: 30,
    sql: `
      insert into touched_days (kind, day) values ('order', '2026-03-01');
      insert into touched_items (item_key) values (1);
      insert into order_statuses (order_key, occurred_at, status) values (1, '2026-03-02', 'shipped');
      insert into costs (day, channel, campaign, amount_minor, clicks) values ('2026-03-01', 'search', '', 1250, 3);
      insert into market_figures (month, category, measure, whose, value, source)
        values ('2026-02-01', 'Food', 'sales', 'market', 125000, 'the association');
      insert into item_stock_days (item_key, day, opening, lowest, closing, sold_out_seconds, changed_at)
        values (1, '2026-03-01', null, 0, 5, 0, '2026-03-01');
      insert into stock_carried (until) values ('2026-03-01');`,
  },
  {
    from: 31,
    sql: `
      insert into indicator_cells (measure, dimension, grain, period, member, amount, subjects) values
        ('sales.orders', 'channel', 'day', '2026-03-01', 'web', 2, null),
        ('sales.buyers', 'all', 'day', '2026-03-01', '', 2, '{1,2}');
      insert into roll_ups (family, day, due_at, rolled_up_at, took_ms) values
        ('sales', '2026-03-01', null, '2026-03-02', 12), ('sales', '2026-03-02', '2026-03-02', null, null);
      insert into roll_up_families (family, version) values ('sales', 1);
      update roll_up_progress set number = 1, taken_at = '2026-03-02';`,
  },
  {
    from: 34,
    sql: `
      insert into list_counts (day, placement, release_id, source, rule_id, list_position, arm, impressions, clicks, cart_adds, assisted_clicks, assisted_cart_adds)
        values ('2026-03-01', 'home', 1, 'popularity', '', 1, '', 2, 1, 0, 0, 1);
      insert into list_credits (order_key, line_number, touch_number, touches, day, kind, touched_at, list_id, placement, release_id, source, rule_id, list_position, arm)
        values (1, 2, 1, 1, '2026-03-03', 'line', '2026-03-03', '00000000-0000-7000-8000-000000000001', 'home', 1, 'popularity', '', 1, '');`,
  },
  {
    from: 35,
    sql: `
      insert into demand_forecasts (of, place, member, category, method, demand_class, judged_weeks, error, seasonal_naive_error,
          days, weeks, horizon)
        values ('category', 1, 'Food', 'Food', 'ses', 'smooth', 4, 1.5, null, '{{1},{0},{2},{0},{3}}', '{{7},{4},{9},{3},{11}}', '{{28},{20},{33},{17},{37}}');
      insert into item_supplies (item_key, last_sold_on, still_since, expected_a_day, lead_time_days, service_level, pack_units,
          reorder_point, order_up_to, safety_stock, sold_high, sold_low)
        values (1, null, '2026-03-01', 0.5, 14, 0.95, 1, 9, 13, 2, '{1,2}', '{0,1}');
      insert into demand_forecast_progress (made_at, first_day, history_days) values ('2026-03-02', '2026-03-02', 90);`,
  },
  {
    from: 36,
    sql: `
      insert into indicator_alarms (alarm_id, indicator_id, grain, condition, false_alarm_rate, next_period)
        values ('fall', 'net-sales', 'day', 'falls', 0.01, '2026-03-02');
      insert into alarms (alarm_id, indicator_id, grain, condition, period, value, expected, chance)
        values ('fall', 'net-sales', 'day', 'falls', '2026-03-01', 1250, 5000, 0.001);`,
  },
  {
    from: 37,
    sql: `
      insert into trends (of, direction, place, member, index, low, high, recent_count, past_count, false_discovery_rate)
        values ('brand', 'rising', 1, 'Alba', 2, 1.5, 2.5, 40, 100, 0.01);
      insert into trend_progress (of, made_at, last_day, days) values ('brand', '2026-03-02', '2026-03-01', 120);
      insert into search_words (word, place, searches, without_results, without_click) values ('oat milk', 1, 3, 3, 0);`,
  },
  {
    from: 38,
    sql: `
      insert into sales_effects (place, category, items, units, refusal, result)
        values (1, 'Food', 2, 3, 'too-few-items', null), (2, '', 30, 900, null, '{"effects": []}');`,
  },
  {
    from: 2,
    until: 27,
    sql: `insert into served_lists (list_id, customer_key, release_id, item_keys, served_at) values
      ('00000000-0000-7000-8000-000000000001', 1, 1, '{1,2}', '2026-03-01');`,
  },
  {
    from: 39,
    sql: `
      insert into dropped_event_periods (partition_name, starts_at, ends_at) values
        ('events_2024_03', '2024-03-01T00:00:00Z', '2024-04-01T00:00:00Z');`,
  },
  {
    from: 41,
    sql: `
      insert into touched_days (kind, day, facts, keys) values ('event', '2026-03-01', 'event', '{1,2}');
      insert into roll_up_facts (family, facts, keys) values ('sales', 'order', '{1}');`,
  },
  {
    from: 42,
    sql: `
      update refunds set reason = 'damaged';
      insert into failed_code_days (day, reason, tries) values ('2026-03-06', 'unknown-code', 3);`,
  },
  {
    from: 44,
    sql: `
      insert into users (user_name, role, password_hash, totp_secret, totp_step) values
        ('ana', 'marketer', 'scrypt$1024$8$1$c2FsdA$aGFzaA', '\\x01', 59), ('bo', 'operator', null, null, null);
      insert into tickets (ticket_hash, user_key, kind, expires_at) values ('\\x08', 2, 'sign-in', '2026-03-02');
      insert into sessions (token_hash, user_key, key_id, signed_in_at, seen_at, expires_at) values
        ('\\x09', 1, null, '2026-03-01', '2026-03-01', '2026-03-08'), ('\\x0a', null, 1, '2026-03-01', '2026-03-01', '2026-03-08');`,
  },
  {
    from: 44,
    until: 55,
    sql: `insert into sign_in_guesses (guesser, since, guesses) values ('\\x0b', '2026-03-01', 3);`,
  },
  {
    from: 45,
    sql: `
      insert into audit_deeds (subject, subject_id, details) values ('redrive', '', '{"in": 1}');
      insert into write_counts (hour, caller_id, operation, requests, elements) values ('2026-03-01T10:00:00Z', 1, 'recordEvents', 2, 40);
      update users set password_changed_at = '2026-03-01';`,
  },
  {
    from: 48,
    sql: `insert into named_campaigns (campaign, is_told) values ('spring', false);`,
  },
  {
    from: 50,
    sql: `
      insert into instances (instance_id, version, release_id, started_at, last_seen_at) values
        ('00000000-0000-4000-8000-000000000001', '0.1.0', 1, '2026-03-01', '2026-03-01');`,
  },
  {
    from: 54,
    sql: `
      update indicator_cells set amount = 3, late_subjects = '{9}' where subjects = '{1,2}';`,
  },
  {
    from: 55,
    sql: `
      insert into known_devices (token_hash, user_key, seen_at) values ('\\x0c', 1, '2026-03-01');
      insert into recovery_codes (code_hash, user_key, used_at) values ('\\x0d', 1, null), ('\\x0e', 1, '2026-03-01');
      insert into sign_in_guesses (guesser, last_at, guesses) values ('\\x0f', '2026-03-01', 3);`,
  },
  {
    from: 57,
    sql: `insert into holdout_visitors (visitor_key, holdout_id, arm, considered_at) values (1, 1, 'treatment', '2026-03-01');`,
  },
  { from: 58, sql: `insert into named_topics (topic) values ('late');` },
  {
    from: 59,
    sql: `
      insert into item_prices (item_key, since, price) values (1, '2026-03-02', 7.49), (1, '2026-03-05', null);
      update sales_effects set prices = '[{"channel": "online", "refusal": "none", "items": 2, "effect": null}]' where place = 1;`,
  },
  {
    from: 62,
    sql: `
      update orders set fees_minor = 150 where order_key = 1;
      insert into refund_charges (refund_key, order_key, shipping_minor, fees_minor) values (1, 1, 0, 150);
      insert into refund_lines (refund_key, line_number, item_key, quantity) values (1, 2, 2, 0);
      insert into refund_links (refund_key, line_number, order_key, order_line_number, quantity, amount_minor) values (1, 2, 1, 2, 0, 100);`,
  },
  {
    from: 63,
    sql: `
      ${servedTable('item_complements', 'item_key, co_bought, joint_counts, confidences, lifts, substitutes', `(1, '{2}', '{3}', '{0.5}', '{2.5}', '{}')`)}
      ${servedTable('category_complements', 'category, complements', `('Food', '[{"category": "Home", "lift": 2}]')`)}`,
  },
  {
    from: 66,
    sql: `
      update orders set updated_at = '2026-03-06' where order_key = 1;
      insert into order_versions (order_key, version, customer_key, visitor_key, updated_at, content) values
        (1, 1, 1, 1, '2026-03-05', '{"lines": []}');
      insert into refund_remainders (refund_key, line_number, order_key, quantity, amount_minor) values (1, 1, 1, 1, 50);`,
  },
  {
    from: 68,
    sql: `insert into placements (name, title, method, item_limit, filter) values ('home', 'For you', 'trending', 8, '{"category": "Food"}');`,
  },
  {
    from: 70,
    sql: `
      insert into connectors (platform, secret) values ('shopify', '\\x7365637265742d31');
      insert into connector_deliveries (platform, delivery_id, topic, outcome, facts, quarantined, merged) values
        ('shopify', 'd1', 'orders/create', 'recorded', 1, 0, 0);
      insert into connector_numbers (platform, kind, number, id) values ('shopify', 'order', '450789469', '#1001');`,
  },
  {
    from: 73,
    sql: `
      insert into feeds (name, url, shown_url, missing, set_at, due_at, etag, hash, outcome, pulled_at, items) values
        ('main', 'https://shop.example/?token=1', 'https://shop.example/?token=…', 'hide', '2026-03-01', '2026-03-01', '"1"', '\\x01',
         'taken-in', '2026-03-01', 2);
      insert into feed_items (feed, item_id, gone_at, is_hidden) values ('main', 'a', null, false), ('main', 'b', '2026-03-01', true);`,
  },
  {
    from: 74,
    sql: `
      insert into newest_behaviours (customer_key, since, behaviours, oldest_event_at) values
        (1, '2026-03-05', '\\x01000000010000019ca6a04400', '2026-03-01');
      insert into newest_behaviours_bound (until) values ('2026-03-05');`,
  },
  {
    from: 75,
    sql: servedTable(
      'search_terms',
      'term, people, is_found, related',
      `('tea', 7, true, '[{"term": "cups", "share": 0.5}]')`,
    ),
  },
  {
    from: 76,
    sql: servedTable(
      'segment_best_sellers',
      'segment_id, item_keys, scores',
      `('group-champions', '{2,1}', '{1,0.5}')`,
    ),
  },
  {
    from: 95,
    sql: servedTable(
      'newcomer_tastes',
      'trait, value, rest, item_keys, lifts',
      `('country', 'DE', 0.5, '{2,1}', '{2,1.5}')`,
    ),
  },
  {
    from: 78,
    sql: `
      insert into engine_jobs (training_run_id, lease_name, lease_holder, plan) values (1, 'training', 'one', '{"factors": []}');
      insert into engine_results (training_run_id, part, keys, numbers) values (1, 'itemsets', '{1,2}', '{11}');`,
  },
  {
    from: 84,
    sql: `update defined_segments set live = true, followed_until = '2026-03-05', reconciled_at = '2026-03-05', corrected = 1
      where segment_id = 'rule-big';`,
  },
  {
    from: 80,
    sql: `insert into customer_attributes (name, type, personal, description, stated_at) values
        ('birthday', 'date', true, 'As told at the till', '2026-03-05');`,
  },
  {
    from: 82,
    sql: `
      insert into policies (policy_id) values ('vips');
      insert into policy_versions (policy_id, version, content, note) values
        ('vips', 1, '{"kind": "rules", "rules": [], "otherwise": "give"}', 'Whom we know');
      insert into policy_publications (policy_id, version, reason) values ('vips', 1, 'publish');
      update policies set published_version = 1 where policy_id = 'vips';
      insert into campaign_sets (set_id, terms_keys, policy_keys, causes_key) values ('by policies', '{1,2}', '{1,6}', 1);`,
  },
  {
    from: 81,
    sql: `
      update campaigns set archived_at = '2026-05-01' where campaign_id = 'fiver';
      update coupons set stopped_at = '2026-03-04' where code = 'B-1';
      insert into coupons (code, campaign_key, issued_at, valid_until, kind, usage_limit, held, batch_id, replaces)
        select 'B-2', campaign_key, '2026-03-04', valid_until, kind, usage_limit, 0, 'c', coupon_key from coupons where code = 'B-1';`,
  },
  {
    from: 85,
    sql: `insert into campaign_terms (campaign_key, version, name, discount_type, amount_minor, valid_from, valid_until, coupon_valid_days,
        limit_per_customer, target_groups, target_segments, item_ids, categories, priority, limits, stacking, stacking_order,
        content_hash, since, hours) values
        (2, 2, 'Five off', 'amount', 500, '2026-01-01', '2027-01-01', 30, 1, '{}', '{rule-big}', '{tea}', '{}', 2, '[]', 'exclusive', 0,
          '\\x08', '2026-03-01', '[{"weekdays": ["friday"], "from": "17:00", "until": "24:00"}]');`,
  },
  {
    from: 88,
    sql: `insert into budget_raises (campaign_key, coupon_budget, money_budget_minor, state, asked_by, asked_by_name, asked_at, expires_at,
        decided_by_name, decided_at, terms_key) values
        (1, 1000, null, 'approved', 1, 'shop', '2026-03-02', '2026-03-09', 'Anna', '2026-03-03', 1),
        (1, 2000, 90000, 'waiting', -1, 'Anna', '2026-03-04', '2026-03-11', null, null, null);`,
  },
  {
    from: 86,
    sql: `insert into campaign_costs (campaign_key, cost_id, name, per, amount, day, told_at) values
        (1, 'mail', 'Sending', 'coupon', 0.035, null, '2026-03-02'), (1, 'paper', 'Leaflets', 'once', 120, '2026-03-03', '2026-03-04');`,
  },
  {
    from: 83,
    sql: `
      insert into campaign_givings (campaign_key, giving_id, segment_id, starts_at, asked_at, status, finished_at, after_key, outcomes) values
        (1, 'letter', 'rule-big', '2026-03-02', '2026-03-01', 'finished', '2026-03-02', 1, '{"granted": 1}'),
        (1, 'later', null, '2030-01-01', '2026-03-01', 'waiting', null, 0, '{}');
      insert into giving_customers (giving_key, customer_key, decision_id, outcome, code) values (1, 1, 1, 'granted', 'TENTH-1');`,
  },
  {
    from: 87,
    sql: `insert into campaign_terms (campaign_key, version, name, discount_type, amount_minor, valid_from, valid_until, coupon_valid_days,
        limit_per_customer, target_groups, target_segments, item_ids, categories, priority, limits, stacking, stacking_order,
        content_hash, since, isolation, channel) values
        (2, 3, 'Five off', 'amount', 500, '2026-01-01', '2027-01-01', 30, 1, '{}', '{rule-big}', '{tea}', '{}', 2, '[]', 'exclusive', 0,
          '\\x09', '2026-03-02', 'channel', 'letters');`,
  },
  {
    from: 89,
    sql: `insert into campaign_terms (campaign_key, version, name, discount_type, amount_minor, valid_from, valid_until, coupon_valid_days,
        limit_per_customer, target_groups, target_segments, item_ids, categories, priority, limits, stacking, stacking_order,
        content_hash, since, bundle) values
        (2, 4, 'Five off', 'amount', 500, '2026-01-01', '2027-01-01', 30, 1, '{}', '{rule-big}', '{}', '{}', 2, '[]', 'exclusive', 0,
          '\\x0a', '2026-03-03', '{mug,tea}');`,
  },
  {
    from: 90,
    sql: `insert into predicted_attributes (name, training_run_id, as_of, refusal, declared, labels, label_customers, features, judgement) values
        ('profession', 1, '2026-03-02', null, 300, '{office,farm}', '{200,100}', '{orders,spent}', '{"held_out": 90}'),
        ('household', 1, '2026-03-02', 'too-few-declared', 12, '{}', '{}', '{}', null);
      insert into predicted_labels (customer_key, name, probabilities, reason_features, reason_weights) values
        (1, 'profession', '{0.75,0.25}', '{2,1}', '{0.5,-0.25}');`,
  },
  {
    from: 91,
    sql: `
      insert into campaign_terms (campaign_key, version, name, discount_type, amount_minor, valid_from, valid_until, coupon_valid_days,
        limit_per_customer, target_groups, target_segments, item_ids, categories, priority, limits, stacking, stacking_order,
        content_hash, since, guests) values
        (2, 5, 'Five off', 'amount', 500, '2026-01-01', '2027-01-01', 30, 1, '{}', '{rule-big}', '{tea}', '{}', 2, '[]', 'exclusive', 0,
          '\\x0b', '2026-03-04', true);
      insert into coupon_decisions (decision_id, visitor_key, decided_at, inputs, answer) overriding system value
        values (900, 1, '2026-03-05', '{}', '{}');
      insert into coupons (code, campaign_key, terms_key, visitor_key, decision_id, issued_at, valid_until)
        select 'GUEST-1', 2, terms_key, 1, 900, '2026-03-05', '2026-04-05' from campaign_terms where campaign_key = 2 and version = 5;
      insert into coupon_uses (coupon_key, campaign_key, terms_key, visitor_key, state, reserved_minor, taken_at, expires_at, day, week, month)
        select coupon_key, 2, terms_key, 1, 'expired', 500, '2026-03-05', '2026-04-05', '2026-03-05', '2026-03-02', '2026-03-01'
        from coupons where code = 'GUEST-1';
      insert into coupon_ledger (use_id, coupon_key, campaign_key, kind, units, reserved_minor, occurred_at)
        select use_id, coupon_key, 2, entry.kind, entry.units, entry.units * 500, '2026-03-05' from coupon_uses,
          (values ('reservation', 1), ('expiry', -1)) as entry (kind, units)
        where coupon_key = (select coupon_key from coupons where code = 'GUEST-1');
      update campaigns set expired = expired + 1 where campaign_key = 2;
      insert into coupon_counters (campaign_key, per, holder, period, starts, units, at_most) values
        (2, 'visitor', 1, 'total', '0001-01-01', 0, 1);
      insert into experiment_assignments (experiment_key, visitor_key, arm, control_share, holdout_share, decision_id, assigned_at) values
        (1, 1, 'treatment', 0, 0, 900, '2026-03-05');
      insert into idempotent_answers (operation, key_id, idempotency_key, body_hash, answer, visitor_key) values
        ('decideCoupon', 1, 'guest', '\\x01', '{"decision_id": 900}', 1);`,
  },
  {
    from: 92,
    sql: `
      insert into campaign_terms (campaign_key, version, name, discount_type, amount_minor, valid_from, valid_until, coupon_valid_days,
        limit_per_customer, target_groups, target_segments, item_ids, categories, priority, limits, stacking, stacking_order,
        content_hash, since, referral) values
        (2, 6, 'Five off', 'amount', 500, '2026-01-01', '2027-01-01', 30, 1, '{}', '{}', '{tea}', '{}', 2, '[]', 'exclusive', 0,
          '\\x0c', '2026-03-05', '{"rewardCampaignId": "tenth", "firstOrderOnly": true, "usesPerCode": 5, "confirmDays": 0}');
      insert into coupons (code, campaign_key, issued_at, kind, usage_limit, held) values ('FRIEND-1', 2, '2026-03-05', 'shared', 5, 0);
      insert into referral_codes (coupon_key, campaign_key, referrer_key)
        select coupon_key, 2, 1 from coupons where code = 'FRIEND-1';
      insert into referrals (use_id, campaign_key, coupon_key, due_at, state, why, settled_at)
        select (select min(use_id) from coupon_uses), 2, coupon_key, '2026-03-05', 'withheld', 'order-undone', '2026-03-05'
        from coupons where code = 'FRIEND-1';`,
  },
  {
    from: 93,
    sql: `
      insert into campaign_terms (campaign_key, version, name, discount_type, amount_minor, valid_from, valid_until, coupon_valid_days,
        limit_per_customer, target_groups, target_segments, item_ids, categories, priority, limits, stacking, stacking_order,
        content_hash, since, group_offer) values
        (2, 7, 'Five off', 'amount', 500, '2026-01-01', '2027-01-01', 30, 1, '{}', '{}', '{tea}', '{}', 2, '[]', 'exclusive', 0,
          '\\x0d', '2026-03-06', '{"joiners": 20, "joinUntil": "2026-06-01T00:00:00Z"}');
      insert into campaign_joiners (campaign_key, customer_key, joined_at) values (2, 1, '2026-03-06'), (2, null, '2026-03-07');
      update campaigns set joined = 2 where campaign_key = 2;`,
  },
  {
    from: 94,
    sql: `
      insert into giving_customers (giving_key, customer_key, decision_id, outcome, code) values (1, 2, null, 'granted', 'FRIEND-1');`,
  },
  {
    from: 99,
    sql: `
      insert into embedding_length (length) values (2);
      insert into item_embeddings (item_key, length, numbers) values (1, 2, '\\x0000803f00000040');`,
  },
];
