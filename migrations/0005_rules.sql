-- Rules are learnt of all orders and within contexts, with significance corrected for how many were looked for.
alter table association_rules
  add column context text not null default 'all',
  -- null: of a version from before; each of its rules was tested by itself
  add column q_value double precision,
  add column significant boolean not null default true;

-- Rules that a person does not want, by item keys; they outlive the versions.
create table rule_blocks (
  antecedent int[] not null,
  consequent int not null,
  blocked_at timestamptz not null default clock_timestamp(),
  primary key (antecedent, consequent)
);
