create table holdout_visitors (
  visitor_key bigint not null,
  holdout_id integer not null,
  arm text not null,
  considered_at timestamptz not null,
  constraint holdout_visitors_pkey primary key (visitor_key, holdout_id),
  constraint holdout_visitors_holdout_id_fkey foreign key (holdout_id) references holdouts,
  constraint holdout_visitors_arm_check check (arm in ('treatment', 'holdout'))
);
comment on table holdout_visitors is
  'When a visitor who was nobody by name was first shown a list while this row of the holdouts held, and in which arm: whoever turns out to be a customer may have been drawn into the other.';
