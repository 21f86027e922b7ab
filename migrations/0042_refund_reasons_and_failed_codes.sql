-- Why something was given back, and how often codes were tried in vain.
alter table refunds add column reason text collate "C",
  add constraint refunds_reason_check check (reason ~ '^[a-z0-9_-]{1,64}$');
comment on column refunds.reason is 'A short code, as the shop told it. null: not told.';

create table failed_code_days (
  day date not null,
  reason text collate "C" not null,
  tries bigint not null,
  constraint failed_code_days_pkey primary key (day, reason),
  constraint failed_code_days_tries_check check (tries > 0)
);
comment on table failed_code_days is 'How often coupon codes were tried in vain, by local day and why: neither which codes nor by whom.';
comment on column failed_code_days.reason is 'The outcome: unknown-code of every code that was asked about, the others of codes that were to be redeemed.';
