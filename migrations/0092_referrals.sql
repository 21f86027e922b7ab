-- A campaign may be one of referrals: its customers hand codes on, and are given a coupon where a friend orders with theirs.
alter table campaign_terms add column referral jsonb;
comment on column campaign_terms.referral is
  'What whoever hands a code on gets, for which friends, how often, and after how long. null: it is no campaign of referrals, which never changes.';

create table referral_codes (
  coupon_key bigint not null,
  campaign_key integer not null,
  referrer_key integer,
  constraint referral_codes_pkey primary key (coupon_key),
  constraint referral_codes_coupon_key_fkey foreign key (coupon_key) references coupons,
  constraint referral_codes_campaign_key_fkey foreign key (campaign_key) references campaigns
);
comment on table referral_codes is 'Codes that customers hand on to friends.';
comment on column referral_codes.referrer_key is 'Who hands it on. null: the person was erased, and the code is over.';
create index referral_codes_campaign_key_coupon_key_idx on referral_codes (campaign_key, coupon_key);
create index referral_codes_referrer_key_idx on referral_codes (referrer_key, campaign_key) where referrer_key is not null;

create table referrals (
  use_id bigint not null,
  campaign_key integer not null,
  coupon_key bigint not null,
  due_at timestamptz not null,
  state text not null default 'waiting',
  why text,
  reward_key bigint,
  settled_at timestamptz,
  constraint referrals_pkey primary key (use_id),
  constraint referrals_use_id_fkey foreign key (use_id) references coupon_uses,
  constraint referrals_coupon_key_fkey foreign key (coupon_key) references referral_codes,
  constraint referrals_reward_key_fkey foreign key (reward_key) references coupons,
  constraint referrals_state_check check (state in ('waiting', 'given', 'withheld', 'revoked')),
  constraint referrals_why_check check
    ((state in ('withheld', 'revoked')) = (why is not null) and (state in ('given', 'revoked')) = (reward_key is not null)),
  constraint referrals_settled_since check ((state = 'waiting') = (settled_at is null))
);
comment on table referrals is 'Orders of friends with a code that was handed on, each once, and what came of the reward for it.';
comment on column referrals.use_id is 'The redemption of the friend.';
comment on column referrals.due_at is 'Until then nothing is given, so that an order that does not stand is seen.';
comment on column referrals.why is 'Why the reward is withheld or was revoked.';
comment on column referrals.reward_key is 'The coupon that the referrer was given.';
create index referrals_campaign_key_use_id_idx on referrals (campaign_key, use_id);
create index referrals_coupon_key_idx on referrals (coupon_key);
create index referrals_due_idx on referrals (due_at) where state = 'waiting';
create unique index rewarded_once on referrals (reward_key) where reward_key is not null;
