-- Costs and market figures come by API and file like other facts, and are listed by day.
alter table costs
  add column cost_key bigint generated always as identity,
  add constraint costs_cost_key_key unique (cost_key);
alter table market_figures
  add column figure_key bigint generated always as identity,
  add constraint market_figures_figure_key_key unique (figure_key);

alter table imports drop constraint imports_kind_check;
alter table imports add constraint imports_kind_check check (kind in
  ('orders', 'items', 'customers', 'events', 'costs', 'market-figures', 'campaigns', 'recipients', 'coupons', 'redemptions'));
alter table quarantine drop constraint quarantine_kind_check;
alter table quarantine add constraint quarantine_kind_check check (kind in
  ('item', 'customer', 'event', 'order', 'order_line', 'refund', 'cost', 'market_figure', 'campaign', 'recipient', 'coupon',
   'redemption'));
