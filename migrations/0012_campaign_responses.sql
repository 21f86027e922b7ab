-- Who responds because of a campaign's coupon, as last learnt by night: the verdict, and the model where it is used.
create table campaign_responses (
  campaign_key int primary key references campaigns,
  training_run_id bigint not null references training_runs,
  as_of timestamptz not null,
  learnt_at timestamptz not null default clock_timestamp(),
  verdict text not null,
  report jsonb,
  model jsonb
);
