-- What an engine on other machines works out for a run. The driver that takes the job first is the only one that works on it, and
-- it ends when the run does; results stay until the run has read them.
create table engine_jobs (
  training_run_id bigint primary key references training_runs on delete cascade,
  -- who trains: a job whose trainer has lost the lease is nobody's
  lease_name text not null,
  lease_holder text not null,
  -- what is to be worked out, and from what
  plan jsonb not null,
  driver text,
  stage text not null default 'submitting',
  heartbeat_at timestamptz not null default clock_timestamp(),
  error text
);
comment on table engine_jobs is 'Learning: what engines on other machines work out for runs under way.';

-- A retried task that writes again what is written already fails, so that nothing is counted twice.
create table engine_results (
  training_run_id bigint not null references engine_jobs on delete cascade,
  -- of the plan: itemsets, factors-0, clusters-4
  part text not null,
  keys int[] not null,
  numbers float8[] not null,
  primary key (training_run_id, part, keys)
);
comment on table engine_results is 'Learning: what they have worked out, until its run has read it.';
