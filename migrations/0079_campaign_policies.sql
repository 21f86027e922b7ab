-- What decides above a campaign who of those it aims at gets its coupon; earlier terms were all decided by cause.
alter table campaign_terms add column policy text not null default 'by-cause' check (policy in ('by-cause', 'everyone'));
comment on column campaign_terms.policy is
  'what decides who of those it aims at gets a coupon: by-cause, whoever needs one or is expected to be won by it; everyone, all of them';
