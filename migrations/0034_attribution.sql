-- What a list says of itself: where it was shown, and of each item what it came from.
alter table served_lists
  add column placement text collate "C",
  add column sources smallint[],
  add column rule_ids text[],
  add column arm text,
  add constraint served_lists_arm_check check (arm in ('treatment', 'holdout'));
comment on column served_lists.placement is 'Where in the shop it was shown; null: logged before lists said so.';
comment on column served_lists.sources is
  'What each item comes from, in the order of the items: 0 repurchase, 1 collaborative-filtering, 2 popularity, 3 recent-behaviour, 4 association-rules, 5 catalogue.';
comment on column served_lists.rule_ids is 'The strongest rule that each item rests on, null for an item without one; null: none rests on a rule.';
comment on column served_lists.arm is 'Whether the person was held out of personal lists then; null: nobody was drawn.';

-- Lists are held out as coupons are, by a salt of their own: who gets popular lists must not be who gets no coupon.
alter table holdouts
  add column kind text not null default 'coupons',
  drop constraint holdouts_share_check,
  add constraint holdouts_kind_check check (kind in ('coupons', 'lists')),
  add constraint holdouts_share_check check (
    share = 0 or case kind when 'coupons' then share between 0.01 and 0.15 else share between 0.005 and 0.05 end);
comment on column holdouts.kind is 'What it is held out of: all coupons, or personal lists (popular ones instead).';
comment on table holdouts is
  'Who gets no offer at all, or no personal list, for comparison. The newest row of its kind holds; the salt stays, so that a larger share only adds customers.';
comment on table holdout_considerations is
  'When a customer was first considered by any campaign, or first asked for a list, while this row of the holdouts held, and in which arm.';

-- Derived from facts and the log of lists, day by day; days older than that log keep what was counted while it was there.
create table list_counts (
  day date not null,
  placement text collate "C" not null,
  release_id int not null,
  source text collate "C" not null,
  rule_id text collate "C" not null,
  list_position int not null,
  arm text not null,
  impressions int not null,
  clicks int not null,
  cart_adds int not null,
  assisted_clicks int not null,
  assisted_cart_adds int not null,
  constraint list_counts_pkey primary key (day, placement, release_id, source, rule_id, list_position, arm)
);
comment on table list_counts is
  'What lists were seen, clicked and put in the cart from, by the shop''s day. Empty texts and 0: not known, no release, no rule, nobody drawn.';
comment on column list_counts.assisted_clicks is 'Clicks without a list on an item that a list had shown to that person; of the list that showed it last.';
comment on column list_counts.assisted_cart_adds is 'The same of items put in the cart.';

create table list_credits (
  order_key bigint not null,
  line_number int not null,
  touch_number int not null,
  touches int not null,
  day date not null,
  kind text not null,
  touched_at timestamptz not null,
  list_id uuid not null,
  placement text collate "C" not null,
  release_id int not null,
  source text collate "C" not null,
  rule_id text collate "C" not null,
  list_position int not null,
  arm text not null,
  constraint list_credits_pkey primary key (order_key, line_number, touch_number),
  constraint list_credits_order_key_line_number_fkey foreign key (order_key, line_number) references order_lines,
  constraint list_credits_kind_check check (kind in ('line', 'click', 'shown'))
);
create index list_credits_day_idx on list_credits (day);
comment on table list_credits is
  'Which lists a sale line came from: the lists through which its item was clicked in the time before the order, and the one that the line itself names. No money: that is the line''s, less what came back.';
comment on column list_credits.touch_number is 'From 1, the earliest, to `touches`, the last.';
comment on column list_credits.day is 'The shop''s day of the order.';
comment on column list_credits.kind is
  'line: the line names the list; click: its item was clicked on the list; shown: neither, but the list showed the item to that person, which assists and earns nothing.';
