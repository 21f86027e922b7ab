-- When a customer was first to get a coupon of any campaign while this row of the holdouts held, whatever campaigns they had been
-- considered for before, and in which arm: a campaign's own assignment is older than a holdout that begins while it runs.
create table holdout_considerations (
  customer_key int,
  holdout_id int not null references coupon_holdouts,
  arm text not null check (arm in ('treatment', 'control', 'holdout')),
  considered_at timestamptz not null,
  unique (customer_key, holdout_id)
);

-- Of before there is what the assignments tell.
insert into holdout_considerations (customer_key, holdout_id, arm, considered_at)
select distinct on (customer_key, holdout_id) customer_key, holdout_id, arm, assigned_at
from campaign_assignments as assignment, lateral (
  select holdout_id, share from coupon_holdouts where since <= assigned_at order by holdout_id desc limit 1) as held
where customer_key is not null and share > 0 and share = holdout_share
order by customer_key, holdout_id, assignment_id;
