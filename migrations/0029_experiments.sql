-- Whatever is compared with a control is an experiment: today each campaign, later lists and messages. Its arms hang on it and no
-- longer on the campaign; what was assigned keeps its keys.
create table experiments (
  experiment_key int generated always as identity,
  kind text collate "C" not null,
  experiment_id text collate "C" not null,
  constraint experiments_pkey primary key (experiment_key),
  constraint experiments_known_by unique (kind, experiment_id)
);
comment on table experiments is 'What has arms, by its kind and its id among those of its kind.';
insert into experiments (experiment_key, kind, experiment_id) overriding system value
  select campaign_key, 'campaign', campaign_id from campaigns order by campaign_key;
select setval(pg_get_serial_sequence('experiments', 'experiment_key'), coalesce(max(experiment_key), 0) + 1, false)
  from experiments;

alter table campaigns add column experiment_key int;
update campaigns set experiment_key = campaign_key;
alter table campaigns
  alter column experiment_key set not null,
  add constraint campaigns_experiment_key_key unique (experiment_key),
  add constraint campaigns_experiment_key_fkey foreign key (experiment_key) references experiments;

alter table campaign_assignments drop constraint campaign_assignments_campaign_key_fkey;
alter table campaign_assignments rename column campaign_key to experiment_key;
alter table campaign_assignments rename constraint campaign_assignments_pkey to experiment_assignments_pkey;
alter table campaign_assignments rename constraint campaign_assignments_arm_check to experiment_assignments_arm_check;
alter table campaign_assignments rename to experiment_assignments;
alter table experiment_assignments
  add constraint experiment_assignments_experiment_key_fkey foreign key (experiment_key) references experiments;
alter sequence campaign_assignments_assignment_id_seq rename to experiment_assignments_assignment_id_seq;
alter index campaign_assignments_customer_key_idx rename to experiment_assignments_customer_key_idx;
comment on table experiment_assignments is 'The arm in which a customer was when an experiment first considered them.';

alter table coupon_holdouts rename constraint coupon_holdouts_pkey to holdouts_pkey;
alter table coupon_holdouts rename constraint coupon_holdouts_share_check to holdouts_share_check;
alter table coupon_holdouts rename constraint coupon_holdouts_exploration_share_check to holdouts_exploration_share_check;
alter table coupon_holdouts rename to holdouts;
alter sequence coupon_holdouts_holdout_id_seq rename to holdouts_holdout_id_seq;
comment on table holdouts is
  'Who gets no offer at all, for comparison. The newest row holds; the salt stays, so that a larger share only adds customers.';
comment on table holdout_considerations is
  'When a customer was first considered by any experiment while this row of the holdouts held, and in which arm.';

alter table coupon_rule_sets rename constraint coupon_rule_sets_pkey to campaign_sets_pkey;
alter table coupon_rule_sets rename to campaign_sets;
